#include "work/batch.hpp"

#include <latch>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using zgw::work::Batch;
using zgw::work::Crew;
using zgw::work::Job;

namespace {

using Lines = std::vector<std::string>;

/// Works on what is its own alone, and tells of it afterwards.
class Writer final : public Job {
 public:
  Writer(std::string name, Lines& told) : name_(std::move(name)), told_(told) {}

  void work() override {
    ++worked;
    if (meets != nullptr) meets->arrive_and_wait();
    if (throws) throw std::runtime_error(name_);
  }
  void done() override {
    told_.push_back(name_ + " " + std::to_string(worked));
    if (batch_for_more != nullptr) batch_for_more->add(*this);
  }

  int worked = 0;
  bool throws = false;
  std::latch* meets = nullptr;
  Batch* batch_for_more = nullptr;

 private:
  std::string name_;
  Lines& told_;
};

struct Desk {
  explicit Desk(std::size_t helpers) : crew(helpers) {}

  Crew crew;
  int asked = 0;
  Batch batch{crew, [this] { ++asked; }};
  Lines told;
  Writer ann{"ann", told};
  Writer bob{"bob", told};
  Writer cid{"cid", told};
};

}  // namespace

TEST_CASE("what came up is worked on side by side, and goes on in the order in which it came") {
  Desk desk(2);
  for (int round = 1; round <= 50; ++round) {
    std::latch all(3);  // nobody is done before all are at work
    for (Writer* writer : {&desk.cid, &desk.ann, &desk.bob}) {
      writer->meets = &all;
      desk.batch.add(*writer);
    }
    desk.batch.run();
    const std::string times = " " + std::to_string(round);
    CHECK(desk.told == Lines{"cid" + times, "ann" + times, "bob" + times});
    desk.told.clear();
  }
}

TEST_CASE("the order is the same where nobody helps") {
  Desk desk(0);
  for (Writer* writer : {&desk.cid, &desk.ann, &desk.bob}) desk.batch.add(*writer);
  desk.batch.run();
  CHECK(desk.told == Lines{"cid 1", "ann 1", "bob 1"});
}

TEST_CASE("the loop is asked once a turn, and only where there is something to do") {
  Desk desk(1);
  desk.batch.run();
  CHECK(desk.asked == 0);
  desk.batch.add(desk.ann);
  CHECK(desk.asked == 1);
  desk.batch.add(desk.bob);
  CHECK(desk.asked == 1);
  desk.batch.run();
  CHECK(desk.told.size() == 2);
  desk.batch.add(desk.cid);
  CHECK(desk.asked == 2);
  desk.batch.run();
  desk.batch.run();
  CHECK(desk.told == Lines{"ann 1", "bob 1", "cid 1"});
}

TEST_CASE("who waits already is not added again: nobody works on one bridge twice at once") {
  Desk desk(2);
  for (int i = 0; i < 3; ++i) {
    desk.batch.add(desk.ann);
    desk.batch.add(desk.bob);
  }
  desk.batch.run();
  CHECK(desk.told == Lines{"ann 1", "bob 1"});
  desk.batch.add(desk.ann);
  desk.batch.run();
  CHECK(desk.told.back() == "ann 2");
}

TEST_CASE("what comes up while the others go on is for the next turn") {
  Desk desk(1);
  desk.ann.batch_for_more = &desk.batch;
  desk.batch.add(desk.ann);
  desk.batch.add(desk.bob);
  desk.batch.run();
  CHECK(desk.told == Lines{"ann 1", "bob 1"});
  CHECK(desk.asked == 2);
  desk.ann.batch_for_more = nullptr;
  desk.batch.run();
  CHECK(desk.told == Lines{"ann 1", "bob 1", "ann 2"});
}

TEST_CASE("where the work of one fails, all have worked and nobody goes on") {
  Desk desk(1);
  desk.bob.throws = true;
  for (Writer* writer : {&desk.ann, &desk.bob, &desk.cid}) desk.batch.add(*writer);
  CHECK_THROWS_WITH_AS(desk.batch.run(), "bob", std::runtime_error);
  CHECK(desk.ann.worked + desk.bob.worked + desk.cid.worked == 3);
  CHECK(desk.told.empty());
}
