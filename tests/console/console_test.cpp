#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "console/archive.h"
#include "console/console_door.h"

// The files of the console as a browser gets them. tests/browser runs them in one.
namespace livecert::console {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string number(std::size_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
  return bytes;
}

std::string text(std::string_view value) {
  return number(value.size()) + std::string(value);
}

std::string file(std::string_view path, std::string_view kept) {
  return text(path) + text("text/html") + text("\"tag\"") + text(kept) + text("as it is") + text("as brotli") +
         text("as gzip");
}

std::string small_archive() {
  return "livecert console 1\n" + number(2) + file("index.html", "") + file("main-AAAAAAAA.js", "1");
}

struct Seen {
  int status = 0;
  http::Headers headers;
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(headers.find(name).value_or("(none)"));
  }
};

Seen ask(http::Door& door, const std::string& target, const http::Headers& headers = {},
         const std::string& method = "GET") {
  http::Request request;
  request.method = method;
  request.target = target;
  request.headers = headers;
  auto answer = door.answer(request, std::string_view(target).substr(0, target.find('?')));
  if (!answer) return {};
  return {answer->status, answer->headers, std::get<std::string>(answer->body)};
}

http::Headers with(const std::string& name, const std::string& value) {
  http::Headers headers;
  headers.add(name, value);
  return headers;
}

class Door : public testing::Test {
 protected:
  std::string archive_ = small_archive();
  ConsoleDoor door_{*Assets::read(archive_)};
};

TEST_F(Door, PutsTheSameHeadersOnEveryAnswer) {
  for (const char* target : {"/console/", "/console", "/console/main-AAAAAAAA.js", "/console/nothing"}) {
    for (const char* method : {"GET", "POST"}) {
      const Seen seen = ask(door_, target, {}, method);
      EXPECT_EQ(seen.header("Content-Security-Policy"),
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src "
                "'none'; worker-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors "
                "'none'; require-trusted-types-for 'script'; trusted-types 'none'")
          << target;
      EXPECT_EQ(seen.header("X-Content-Type-Options"), "nosniff");
      EXPECT_EQ(seen.header("Referrer-Policy"), "no-referrer");
      EXPECT_EQ(seen.header("Cross-Origin-Opener-Policy"), "same-origin");
      EXPECT_EQ(seen.header("Cross-Origin-Resource-Policy"), "same-origin");
      EXPECT_EQ(seen.header("Permissions-Policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
      EXPECT_EQ(seen.header("Set-Cookie"), "(none)");
    }
  }
}

TEST_F(Door, KeepsThePageNowhereAndTheScriptsForever) {
  EXPECT_EQ(ask(door_, "/console/").header("Cache-Control"), "no-store");
  EXPECT_EQ(ask(door_, "/console/index.html").body, "as it is");
  EXPECT_EQ(ask(door_, "/console/main-AAAAAAAA.js").header("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(Door, SendsTheSmallestFormThatTheBrowserTakes) {
  const auto coded = [&](const std::string& accepted) {
    const Seen seen = ask(door_, "/console/", with("Accept-Encoding", accepted));
    EXPECT_EQ(seen.header("Vary"), "Accept-Encoding");
    return seen.header("Content-Encoding") + ": " + seen.body;
  };
  EXPECT_EQ(coded("gzip, deflate, br, zstd"), "br: as brotli");
  EXPECT_EQ(coded("gzip;q=0.5,BR;q=0"), "gzip: as gzip");
  EXPECT_EQ(coded("br;q=0.000, deflate"), "(none): as it is");
  EXPECT_EQ(coded("brotli, xgzip"), "(none): as it is");
  EXPECT_EQ(coded(""), "(none): as it is");
}

TEST_F(Door, AnswersThatNothingChangedToTheTagOfTheSameForm) {
  http::Headers headers = with("Accept-Encoding", "br");
  const std::string tag = ask(door_, "/console/", headers).header("ETag");
  EXPECT_EQ(tag, "\"tag-br\"");
  headers.add("If-None-Match", tag);
  const Seen again = ask(door_, "/console/", headers);
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(ask(door_, "/console/", with("If-None-Match", tag)).status, 200) << "another form";
}

TEST_F(Door, HasNoFileButItsOwn) {
  for (const char* target : {"/console/index", "/console/../etc/passwd", "/console/%69ndex.html", "/console//"}) {
    EXPECT_EQ(ask(door_, target).status, 404) << target;
  }
  EXPECT_EQ(ask(door_, "/console/", {}, "POST").status, 405);
  EXPECT_EQ(ask(door_, "/console/", {}, "HEAD").status, 200);
}

TEST_F(Door, LeadsToTheSlashBelowAnyPrefix) {
  const Seen seen = ask(door_, "/console");
  EXPECT_EQ(seen.status, 308);
  EXPECT_EQ(seen.header("Location"), "console/");
}

// Decision 22.
TEST_F(Door, LeadsABrowserToTheConsoleAndNobodyElse) {
  const http::Headers browser = with("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
  const Seen led = ask(door_, "/", browser);
  EXPECT_EQ(led.status, 303);
  EXPECT_EQ(led.header("Location"), "console/");

  const int passes = 0;
  EXPECT_EQ(ask(door_, "/", with("Accept", "*/*")).status, passes);
  EXPECT_EQ(ask(door_, "/").status, passes);
  EXPECT_EQ(ask(door_, "/", browser, "POST").status, passes);
  EXPECT_EQ(ask(door_, "/?Action=ListCertV2", browser).status, passes);
  EXPECT_EQ(ask(door_, "/nowhere", browser).status, passes);
  http::Headers is_signed = browser;
  is_signed.add("Authorization", "HMAC-SHA256 Credential=x");
  EXPECT_EQ(ask(door_, "/", is_signed).status, passes);
}

TEST(Archive, IsRefusedWhenAnythingIsMissingOrTooMuch) {
  const std::string archive = small_archive();
  ASSERT_TRUE(Assets::read(archive));
  for (std::size_t size = 0; size < archive.size(); ++size) {
    EXPECT_FALSE(Assets::read(std::string_view(archive).substr(0, size))) << size;
  }
  EXPECT_FALSE(Assets::read(archive + "x"));
}

TEST(Archive, OfThisProgramHasAPageAndEverythingThatThePageNames) {
  const auto assets = Assets::read(archive());
  ASSERT_TRUE(assets);
  const Asset* const page = assets->find("index.html");
  ASSERT_NE(page, nullptr);
  EXPECT_FALSE(page->is_kept);
  for (const std::string_view attribute : {"src=\"", "href=\""}) {
    for (std::size_t at = page->identity.find(attribute); at != std::string_view::npos;
         at = page->identity.find(attribute, at + 1)) {
      const std::string_view rest = page->identity.substr(at + attribute.size());
      const std::string_view name = rest.substr(0, rest.find('"'));
      EXPECT_NE(assets->find(name), nullptr) << name;
    }
  }
  EXPECT_THAT(std::string(page->identity), Not(HasSubstr("style=")));
  for (const auto& [path, asset] : assets->all()) {
    EXPECT_LE(asset.brotli.size(), asset.identity.size() + 16) << path;
    EXPECT_THAT(std::string(asset.identity.substr(0, 400000)), Not(HasSubstr("@font-face"))) << path;
  }
}

}  // namespace
}  // namespace livecert::console
