#include "simulator/sample_image.hpp"

#include <string_view>

#include "zello/base64.hpp"

namespace zgw::simulator {
namespace {

constexpr std::string_view full =
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABkRExYTEBkWFBYcGxkeJkApJiMjJk44Oy5AXFFhYFtRWVhmc5N8ZmyLblhZgK6Bi5ic"
    "pKakY3u0wbOgwJOhpJ7/wAALCABAAGABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
    "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
    "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
    "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AN7NI7hEZmOFUZJrL0oNPcy3MnJ6DjufT6D+dRaxOXnEIztTk+5P+f51pWaPBaKs"
    "z8qMnJ4UelThgwBBBB5BFLmopD51u3kyAFgdrKe/1rG0+Vra98ts4Y7GHv8A/rq5rMZ2RzpkMhwSBz7c/wCetXbabzrdJOMsOcev"
    "epc0zNRXR/0Wb/cb+VVtHP8Aorf75/kKzyA2pkEAgzcg/wC9Wjq7kWgAPDMAf5/0qtbXRtNLlnIMgRsBM49P8aUX5v8ASppgpi2v"
    "twGznp7e9P0VzslXPygggf5+lU9SAF9LgAdDx9BWpqZ/0GT8P5ijTD/oMf4/zNWs03NR3GWt5QASShAA+lVNIYeQ655DZP5f/Wql"
    "cZg1BmODtffj9a072L7TbYQ5P3l54NVmtjDpNysuGLIzbcZAOKj02DztDREIQsSScdTuPX8hVrTrdreNjJw7HpnoBWdcn7RfNtx8"
    "zBQc8ema0tTcCzcE8sQB+eadp+VsowQR1/nVnNMzRmsyMiyvmU58t+nPT/8AVU+oWrT7Xj5ccEeoqe1iMECxltxH6UzUGC2FwWIA"
    "8thz9Kg0NgdLiAIJBYH25NXZV8yJk3bdwxmqVjZvDKZJcZXhcH9abev9puUt0J4PJzx/kVoKAihV4AGBS5puaM1Bd24uEAzhl+6a"
    "kiXy4lTdu2jGafmqOtH/AIlc3/Af/QhUHh4/6C//AF0P8hWrmkPIIzj3FV7S1FuWYtuY8Z9qs5ozTM0ZozRmjNUtYP8AxLJv+A/+"
    "hCofD5/0J/8Arof5CtPNGaM0ZozTc0hYAEk4A6k1Xkv7ePPz7iOyjP8A9aq76soPyRMR7nFRHVZsnCRgdsg1Dc30tzA0TqgVsZwD"
    "nrmm2d09nEY4wpBbd81T/wBqT/3Y/wAj/jUy6sCw3QkD1DZqePUbd+rFDnGGFWFdXXcrBge4NOzWRNqUjEiJQg9Tyapu7OcuxY+p"
    "OabRRRRRRRSqzI25SVI7g1bh1GaMAOA4Hr1/Ov/Z";

constexpr std::string_view thumbnail =
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACAWGBwYFCAcGhwkIiAmMFA0MCwsMGJGSjpQdGZ6eHJmcG6AkLicgIiuim5woNqirr7E"
    "ztDOfJri8uDI8LjKzsb/wAALCAAQABgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
    "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
    "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
    "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AL1wxzxnOxsY9eMfj1pgmcSJHHjyyMr/ALo2/wCJpbdgCm3O3a35Z+X9M4qKW7gU"
    "4dgSOcYzzVc38ZnR9r4CsOg7kf4VNHewMcghWbrkY/Wv/9k=";

}  // namespace

SampleImage sample_image() {
  return {zello::base64_decode(full).value(), zello::base64_decode(thumbnail).value()};
}

}  // namespace zgw::simulator
