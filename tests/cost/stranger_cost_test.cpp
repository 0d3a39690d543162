// The cost of a request before its signature is proven, in operations and not in time: basic blocks run by our own
// code, and bytes hashed. Both must stay in proportion to the bytes sent, whatever they are.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "net/limits.h"
#include "net/request_head.h"
#include "signature/canonical.h"
#include "signature/sts2.h"
#include "support/signed_url.h"
#include "support/test_service.h"

namespace {

thread_local std::uint64_t blocks_run = 0;
thread_local std::uint64_t bytes_hashed = 0;

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): names that compiler and linker prescribe.
// Called by every basic block of the counted sources (tests/cost/CMakeLists.txt).
extern "C" void __sanitizer_cov_trace_pc() {
  ++blocks_run;
}

// Replaces crypto::sha256, and calls the real one.
extern "C" livecert::crypto::Sha256Digest __real__ZN8livecert6crypto6sha256ESt4spanIKhLm18446744073709551615EE(
    livecert::base::ByteView data);
extern "C" livecert::crypto::Sha256Digest __wrap__ZN8livecert6crypto6sha256ESt4spanIKhLm18446744073709551615EE(
    livecert::base::ByteView data) {
  bytes_hashed += data.size();
  return __real__ZN8livecert6crypto6sha256ESt4spanIKhLm18446744073709551615EE(data);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

namespace livecert {
namespace {

using test::TestService;

// A request may cost this many, however short it is (to sort the most parameters and headers that one may have), and
// then this many for each byte. LIVECERT_SHOW_COST=1 prints the cost of each kind.
constexpr std::uint64_t kBlocksAlways = 150'000;
constexpr std::uint64_t kBlocksPerByte = 40;

constexpr std::size_t kHeadLimit = net::Limits().header_bytes;
constexpr std::string_view kTarget = "/?Action=ListCertV2&Version=2023-01-01";

struct Sent {
  std::string target = std::string(kTarget);
  std::string authorization = {};  // none: no such header
  std::string more = {};           // header lines
  std::string body = {};

  [[nodiscard]] std::string head(base::Time now) const {
    std::string text = "POST " + target + " HTTP/1.1\r\nHost: live.example:443\r\nX-Date: " + base::to_basic_time(now) +
                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    if (!authorization.empty()) text += "Authorization: " + authorization + "\r\n";
    return text + more + "\r\n";
  }
};

// `unit(i)` for i = 0, 1, …, as long as it fits into `size`.
std::string fill(std::size_t size, const std::function<std::string(std::size_t)>& unit) {
  std::string text;
  for (std::size_t i = 0;; ++i) {
    const std::string next = unit(i);
    if (text.size() + next.size() > size) return text;
    text += next;
  }
}

std::string repeat(std::size_t size, const std::string& unit) {
  return fill(size, [&](std::size_t) { return unit; });
}

class StrangerCost : public testing::Test {
 protected:
  [[nodiscard]] std::string credential(const std::string& key) {
    return key + "/" + base::to_basic_time(service.clock().now()).substr(0, 8) + "/cn-north-1/live/request";
  }
  [[nodiscard]] std::string authorization(const std::string& key, const std::string& signed_headers = "host;x-date") {
    return "HMAC-SHA256 Credential=" + credential(key) + ", SignedHeaders=" + signed_headers +
           ", Signature=" + std::string(64, '0');
  }

  struct Cost {
    std::uint64_t blocks = 0;
    std::uint64_t hashed = 0;
  };
  Cost cost_of(const Sent& sent) {
    const std::string text = sent.head(service.clock().now());
    blocks_run = 0;
    bytes_hashed = 0;
    auto parsed = net::parse_head(text, net::Limits().header_count);
    if (auto* head = std::get_if<net::RequestHead>(&parsed)) {
      http::Request request;
      request.method = std::move(head->method);
      request.target = std::move(head->target);
      request.headers = std::move(head->headers);
      request.body.assign(sent.body.begin(), sent.body.end());
      request.peer_address = "192.0.2.1";
      request.received = service.clock().steady_now();
      request.deadline = request.received + std::chrono::seconds(4);
      status = service.send(std::move(request)).status;
    }
    return {blocks_run, bytes_hashed};
  }

  // Tries every size up to the largest head.
  void expect_linear(const std::string& what, const std::function<Sent(std::size_t)>& make) {
    for (const std::size_t size : {kHeadLimit / 16, kHeadLimit / 4, kHeadLimit / 2, kHeadLimit - 1024}) {
      const Sent sent = make(size);
      const std::size_t length = sent.head(service.clock().now()).size();
      ASSERT_LE(length, kHeadLimit) << what;
      const Cost cost = cost_of(sent);
      EXPECT_LE(cost.blocks, kBlocksAlways + kBlocksPerByte * length) << what << ", " << length << " bytes";
      EXPECT_NE(status, 200) << what;
      if (std::getenv("LIVECERT_SHOW_COST") != nullptr) {
        std::printf("%-60s %6zu bytes %9lu blocks %5.1f a byte, %8lu hashed, %d\n", what.c_str(), length, cost.blocks,
                    static_cast<double>(cost.blocks) / static_cast<double>(length), cost.hashed, status);
      }
    }
  }

  TestService service;
  std::string known = service.root().access_key_id;
  int status = 0;
};

TEST_F(StrangerCost, OfAnAuthorizationIsLinear) {
  expect_linear("nothing", [](std::size_t) { return Sent{}; });
  expect_linear("an unknown key", [&](std::size_t) { return Sent{.authorization = authorization("AKLTnobody")}; });
  expect_linear("a long key",
                [&](std::size_t size) { return Sent{.authorization = authorization(std::string(size - 400, 'k'))}; });
  expect_linear("thousands of signed headers", [&](std::size_t size) {
    const auto name = [](std::size_t i) { return ";" + std::to_string(i); };
    return Sent{.authorization = authorization(known, "x-date" + fill(size - 400, name))};
  });
  expect_linear("one signed header thousands of times", [&](std::size_t size) {
    return Sent{.authorization = authorization(known, "x-date" + repeat(size - 400, ";a"))};
  });
  for (const char* unit : {",", " ,", "/", ";", "=", "Signature=,", "Credential=/,"}) {
    expect_linear(std::string("repeated ") + unit,
                  [&](std::size_t size) { return Sent{.authorization = "HMAC-SHA256 " + repeat(size - 400, unit)}; });
  }
  expect_linear("slashes in Credential", [&](std::size_t size) {
    return Sent{.authorization =
                    "HMAC-SHA256 Credential=" + std::string(size - 400, '/') + ", SignedHeaders=a, Signature=b"};
  });
}

TEST_F(StrangerCost, OfHeadersIsLinear) {
  const auto header = [](std::size_t i) { return "h" + std::to_string(i) + ": value\r\n"; };
  expect_linear("ninety signed headers", [&](std::size_t size) {
    std::string names = "host;x-date";
    std::string lines;
    for (std::size_t i = 0; i < 90; ++i) {
      names += ";h" + std::to_string(i);
      lines += "h" + std::to_string(i) + ": " + std::string(size / 150, 'v') + "\r\n";
    }
    return Sent{.authorization = authorization(known, names), .more = lines};
  });
  expect_linear("more headers than are allowed",
                [&](std::size_t size) { return Sent{.more = fill(size - 400, header)}; });
  expect_linear("ninety of one name", [&](std::size_t size) {
    return Sent{.authorization = authorization(known, "host;x-date;a"),
                .more = fill(size / 2, [&](std::size_t i) { return i < 90 ? "a: v\r\n" : std::string(size, 'x'); })};
  });
}

TEST_F(StrangerCost, OfAQueryIsLinear) {
  const std::string start = std::string(kTarget);
  expect_linear("thousands of parameters", [&](std::size_t size) {
    return Sent{.target = start + repeat(size - 600, "&a"), .authorization = authorization(known)};
  });
  expect_linear("as many parameters as are allowed", [&](std::size_t size) {
    const auto parameter = [&](std::size_t i) {
      return i < 254 ? "&" + std::to_string(999 - i) + "=" + std::string(size / 300, '!') : std::string(size, 'x');
    };
    return Sent{.target = start + fill(size - 600, parameter), .authorization = authorization(known)};
  });
  expect_linear("one parameter as often as is allowed", [&](std::size_t size) {
    const auto parameter = [&](std::size_t i) {
      return i < 254 ? "&a=" + std::string(size / 300, '!') + std::to_string(999 - i) : std::string(size, 'x');
    };
    return Sent{.target = start + fill(size - 600, parameter), .authorization = authorization(known)};
  });
  expect_linear("percent signs", [&](std::size_t size) {
    return Sent{.target = start + "&a=" + repeat(size - 600, "%ff"), .authorization = authorization(known)};
  });
}

TEST_F(StrangerCost, OfASignatureInTheQueryIsLinear) {
  const auto url = [&](const std::string& signed_queries, const std::string& signed_headers, const std::string& more) {
    return std::string(kTarget) + "&X-Algorithm=HMAC-SHA256&X-Credential=" + http::percent_encode(credential(known)) +
           "&X-Date=" + base::to_basic_time(service.clock().now()) +
           "&X-NotSignBody=&X-SignedHeaders=" + signed_headers + "&X-SignedQueries=Action%3BVersion" + signed_queries +
           "&X-Signature=00" + more;
  };
  expect_linear("thousands of signed queries", [&](std::size_t size) {
    return Sent{.target = url(fill(size - 600, [](std::size_t i) { return ";" + std::to_string(i); }), "", "")};
  });
  expect_linear("one signed query thousands of times",
                [&](std::size_t size) { return Sent{.target = url(repeat(size - 600, ";a"), "", "")}; });
  expect_linear("thousands of signed headers", [&](std::size_t size) {
    return Sent{.target = url("", fill(size - 600, [](std::size_t i) { return ";" + std::to_string(i); }), "")};
  });
  expect_linear("all of them signed, and every way to sign", [&](std::size_t size) {
    std::string names;
    std::string parameters;
    for (std::size_t i = 0; i < 240; ++i) {
      names += ";p" + std::to_string(i);
      parameters += "&p" + std::to_string(i) + "=" + std::string(size / 400, '!');
    }
    return Sent{.target = url(names, "", parameters.substr(0, size)), .body = "{}"};
  });
}

TEST_F(StrangerCost, OfATokenIsLinear) {
  const auto with_token = [&](const std::string& json) {
    return Sent{.authorization = authorization("AKTPnobody"),
                .more = "X-Security-Token: STS2" + base::to_base64(base::as_bytes(json)) + "\r\n"};
  };
  const auto json_size = [](std::size_t size) { return (size - 600) / 4 * 3; };
  expect_linear("no base64", [&](std::size_t size) {
    return Sent{.authorization = authorization("AKTPnobody"),
                .more = "X-Security-Token: STS2" + std::string(size - 600, '!') + "\r\n"};
  });
  expect_linear("deep", [&](std::size_t size) { return with_token(std::string(json_size(size), '[')); });
  expect_linear("many members", [&](std::size_t size) {
    const auto member = [](std::size_t i) { return ",\"" + std::to_string(i) + "\":0"; };
    return with_token("{\"a\":0" + fill(json_size(size) - 10, member) + "}");
  });
  expect_linear("one member many times", [&](std::size_t size) {
    return with_token("{\"a\":0" + repeat(json_size(size) - 10, ",\"a\":0") + "}");
  });
  expect_linear("many values",
                [&](std::size_t size) { return with_token("{\"a\":[0" + repeat(json_size(size) - 20, ",0") + "]}"); });
  for (const std::string& key : {known, std::string("AKLTnobody")}) {
    expect_linear("a long policy and secret, key " + key, [&](std::size_t size) {
      const std::string half(json_size(size) / 2 / 4 * 4 - 100, 'A');
      return with_token(R"({"LTAccessKeyId":")" + key + R"(","AccessKeyId":"AKTPnobody","SignedSecretAccessKey":")" +
                        half + R"(","ExpiredTime":9999999999,"PolicyString":")" + half + R"(","Signature":"0"})");
    });
  }
  expect_linear("a long key in the token", [&](std::size_t size) {
    return with_token(R"({"LTAccessKeyId":")" + std::string(json_size(size) - 200, 'A') +
                      R"(","AccessKeyId":"b","SignedSecretAccessKey":"c","ExpiredTime":9,"Signature":"0"})");
  });
}

TEST_F(StrangerCost, OfABodyIsThatItIsHashedOnce) {
  constexpr std::uint64_t kCanonicalRequests = 8;  // at most
  constexpr std::uint64_t kCanonicalSize = 3 * kHeadLimit;
  const std::string body(2'000'000, 'a');
  const auto expect_hashed_once = [&](const Sent& sent) {
    const Cost cost = cost_of(sent);
    EXPECT_EQ(status, 401);
    EXPECT_GE(cost.hashed, body.size());
    EXPECT_LE(cost.hashed, body.size() + kCanonicalRequests * kCanonicalSize);
    EXPECT_LE(cost.blocks, kBlocksAlways + kBlocksPerByte * kHeadLimit) << "nobody looks at each of its bytes";
  };
  // Repeated names and a host with a port are signed in one way or another.
  expect_hashed_once(
      {.target = std::string(kTarget) + "&a=2&a=1", .authorization = authorization(known), .body = body});
  for (const char* headers : {"", "host"}) {
    expect_hashed_once(
        {.target = std::string(kTarget) + "&X-Algorithm=HMAC-SHA256&X-Credential=" +
                   http::percent_encode(credential(known)) + "&X-Date=" + base::to_basic_time(service.clock().now()) +
                   "&X-NotSignBody=&X-SignedHeaders=" + headers + "&X-SignedQueries=Action%3BVersion&X-Signature=00",
         .body = body});
  }
  // The body of an unknown caller is not hashed at all.
  EXPECT_LE(cost_of({.authorization = authorization("AKLTnobody"), .body = body}).hashed, 0U);
}

}  // namespace
}  // namespace livecert
