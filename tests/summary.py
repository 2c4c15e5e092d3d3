#!/usr/bin/env python3
"""Sums up what ctest wrote with --output-junit: every skip with its reason, every failure, and the numbers.

The last line is `N passed, N failed, N skipped`, alone. Exit status 1 when something failed or nothing ran.
A test tells why it was skipped in a line with `skipped-because: REASON`, and that it tried again with `again-because: REASON`.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def reason_of(case):
    told = re.search(r"skipped-because: (.+)$", case.findtext("system-out") or "", re.MULTILINE)
    return told[1] if told else case.find("skipped").get("message") or "no reason given"


def told_again(case):
    return re.findall(r"again-because: (.+)$", case.findtext("system-out") or "", re.MULTILINE)


def main(path):
    passed, failed, skipped = [], [], []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        unbuilt = case.get("status") == "notrun" and "Unable to find executable" in (case.findtext("system-out") or "")
        if case.find("failure") is not None or case.get("status") == "fail" or unbuilt:
            failed.append(case)
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped.append(case)
        else:
            passed.append(case)
    print()
    for case in skipped:
        print(f"skipped: {case.get('name')}: {reason_of(case)}")
    for case in passed:
        for reason in told_again(case):
            print(f"tried again: {case.get('name')}: {reason}")
    for case in failed:
        print(f"FAILED: {case.get('name')}")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or not passed else 0


sys.exit(main(sys.argv[1]))
