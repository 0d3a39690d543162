#include <algorithm>
#include <grp.h>
#include <ostream>
#include <pwd.h>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/drivers/kinds.h"
#include "edge/drivers/parse_definition.h"

namespace livecert::edge {
namespace {

using ::testing::HasSubstr;

Members nginx_members() {
  return {{"name", {"front"}}, {"kind", {"nginx"}}, {"directory", {"/etc/livecert/nginx"}}};
}

Members with(Members members, const std::string& name, const std::vector<std::string>& values) {
  std::erase_if(members, [&](const auto& member) { return member.first == name; });
  members.emplace_back(name, values);
  return members;
}

Members without(Members members, const std::string& name) {
  std::erase_if(members, [&](const auto& member) { return member.first == name; });
  return members;
}

std::string refusal(const Members& members) {
  const auto definition = parse_definition(members);
  if (definition) return "no error";
  EXPECT_EQ(definition.error().code, base::ErrorCode::kConfiguration);
  return definition.error().message;
}

Order order_for(const std::string& domain, const std::string& project = "default", std::int64_t account = 2100000001) {
  Order order;
  order.domain = domain::DomainName::parse(domain).value();
  order.project = project;
  order.account = base::AccountId(account);
  return order;
}

TEST(ParseDefinition, FillsInWhatIsNotSaid) {
  const auto definition = parse_definition(nginx_members());
  ASSERT_TRUE(definition);
  Definition expected;
  expected.name = "front";
  expected.kind = Kind::kNginx;
  expected.directory = "/etc/livecert/nginx";
  EXPECT_EQ(*definition, expected);
  EXPECT_EQ(definition->access.mode, 0400U);
  EXPECT_EQ(definition->settle, std::chrono::seconds(2));
  EXPECT_FALSE(definition->listen);
}

// What each member can be that it is not by itself.
Members with_every_member(Kind kind) {
  const Members all{{"name", {"front"}},
                    {"kind", {std::string(to_text(kind))}},
                    {"listen", {"[::1]:443"}},
                    {"proxy_protocol", {"true"}},
                    {"domains", {"live.example.net"}},
                    {"projects", {"a", "b"}},
                    {"accounts", {"2100000001"}},
                    {"settle", {"30"}},
                    {"directory", {"/srv/edge"}},
                    {"file", {"/srv/edge/live.pem"}},
                    {"socket", {"/run/haproxy.sock"}},
                    {"mode", {"0640"}},
                    {"owner", {"root"}},
                    {"group", {"root"}},
                    {"layout", {"separate"}},
                    {"command", {"/bin/true", "x"}}};
  Members members;
  for (const auto& member : all) {
    if (has_member(kind, *find_member(member.first))) members.push_back(member);
  }
  return members;
}

TEST(ParseDefinition, AnEdgeIsDescribedByTheTextsThatItIsMadeOf) {
  std::set<std::string> seen;
  for (const KindRow& row : kinds()) {
    const Members texts = with_every_member(row.kind);
    const auto definition = parse_definition(texts);
    ASSERT_TRUE(definition) << row.name << ": " << definition.error().message;
    EXPECT_EQ(members_of(*definition), texts) << row.name;
    for (const auto& [name, values] : texts) seen.insert(name);
  }
  for (const MemberRow& member : members()) EXPECT_TRUE(seen.contains(std::string(member.name))) << member.name;
}

TEST(ParseDefinition, WantsEveryMemberThatItsKindRequires) {
  for (const KindRow& row : kinds()) {
    for (const MemberRow& member : members()) {
      if (!member.is_required || !has_member(row.kind, member) || member.name == "kind") continue;
      const std::string refused = refusal(without(with_every_member(row.kind), std::string(member.name)));
      EXPECT_THAT(refused, testing::AnyOf(HasSubstr("needs " + std::string(member.name)),
                                          HasSubstr(std::string(member.name) + " is missing")));
    }
  }
}

TEST(ParseDefinition, ReadsEveryMember) {
  const auto files = parse_definition({{"name", {"Front_1-a"}},
                                       {"kind", {"files"}},
                                       {"listen", {"[::1]:8443"}},
                                       {"domains", {"live.example.net", "*.example.org", "*"}},
                                       {"projects", {"default", "second project"}},
                                       {"accounts", {"2100000001", "2100000002"}},
                                       {"directory", {"/srv/certificates"}},
                                       {"mode", {"0640"}},
                                       {"owner", {"root"}},
                                       {"group", {"daemon"}},
                                       {"layout", {"separate"}},
                                       {"command", {"/bin/systemctl", "reload", "caddy"}},
                                       {"settle", {"300"}}});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(files->name, "Front_1-a");
  EXPECT_EQ(files->kind, Kind::kFiles);
  EXPECT_EQ(files->listen, (Address{"::1", 8443}));
  EXPECT_EQ(files->selection.domains, (std::vector<std::string>{"live.example.net", "*.example.org", "*"}));
  EXPECT_EQ(files->selection.projects, (std::vector<std::string>{"default", "second project"}));
  EXPECT_EQ(files->selection.accounts,
            (std::vector<base::AccountId>{base::AccountId(2100000001), base::AccountId(2100000002)}));
  EXPECT_EQ(files->directory, "/srv/certificates");
  EXPECT_EQ(files->access, (FileAccess{0640, ::getpwnam("root")->pw_uid, ::getgrnam("daemon")->gr_gid}));
  EXPECT_TRUE(files->separate);
  EXPECT_EQ(files->command, (std::vector<std::string>{"/bin/systemctl", "reload", "caddy"}));
  EXPECT_EQ(files->settle, std::chrono::seconds(300));

  const auto haproxy = parse_definition(
      {{"name", {"h"}}, {"kind", {"haproxy"}}, {"directory", {"/etc/haproxy/c"}}, {"socket", {"/run/haproxy/s"}}});
  ASSERT_TRUE(haproxy) << haproxy.error().message;
  EXPECT_EQ(haproxy->socket, "/run/haproxy/s");

  const auto srs = parse_definition({{"name", {"s"}},
                                     {"kind", {"srs"}},
                                     {"file", {"/usr/local/srs/conf/live.pem"}},
                                     {"domains", {"live.example.net"}}});
  ASSERT_TRUE(srs) << srs.error().message;
  EXPECT_EQ(srs->file, "/usr/local/srs/conf/live.pem");

  EXPECT_TRUE(parse_definition({{"name", {"c"}}, {"kind", {"caddy"}}}));
}

TEST(ParseDefinition, ReadsTheKindWhereverItStands) {
  EXPECT_TRUE(
      parse_definition({{"layout", {"combined"}}, {"directory", {"/srv"}}, {"name", {"f"}}, {"kind", {"files"}}}));
}

TEST(ParseDefinition, SaysWhatIsMissing) {
  EXPECT_THAT(refusal(without(nginx_members(), "name")), HasSubstr("name is missing"));
  EXPECT_THAT(refusal(without(nginx_members(), "kind")), HasSubstr("kind is missing: nginx, haproxy"));
  EXPECT_THAT(refusal(without(nginx_members(), "directory")), HasSubstr("the kind nginx needs directory"));
  EXPECT_THAT(refusal({{"name", {"h"}}, {"kind", {"haproxy"}}, {"directory", {"/etc/h"}}}),
              HasSubstr("the kind haproxy needs socket"));
  EXPECT_THAT(refusal({{"name", {"s"}}, {"kind", {"srs"}}, {"domains", {"live.example.net"}}}),
              HasSubstr("the kind srs needs file"));
  EXPECT_THAT(refusal({}), HasSubstr("kind is missing"));
}

TEST(ParseDefinition, LetsAnSrsHaveExactlyOneName) {
  const Members srs{{"name", {"s"}}, {"kind", {"srs"}}, {"file", {"/srv/live.pem"}}};
  for (const auto& domains :
       {std::vector<std::string>{"*"}, {"*.example.net"}, {"live.example.net", "push.example.net"}}) {
    EXPECT_THAT(refusal(with(srs, "domains", domains)), HasSubstr("exactly one name"));
  }
  EXPECT_THAT(refusal(srs), HasSubstr("exactly one name"));
}

TEST(ParseDefinition, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal(with(nginx_members(), "colour", {"blue"})), HasSubstr("colour is not a setting of an edge"));
  EXPECT_THAT(refusal(with(nginx_members(), "kind", {"apache"})), HasSubstr("kind must be nginx, haproxy"));
  EXPECT_THAT(refusal(with(nginx_members(), "kind", {"NGINX"})), HasSubstr("kind must be"));
}

TEST(ParseDefinition, RefusesASettingOfAnotherKind) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"file", "/srv/x"}, {"socket", "/run/x"}, {"layout", "separate"}, {"command", "/bin/true"}}) {
    EXPECT_EQ(refusal(with(nginx_members(), name, {value})), name + " is not a setting of the kind nginx");
  }
  for (const std::string name : {"directory", "mode", "owner", "group"}) {
    const std::string value = name == "directory" ? "/srv" : name == "mode" ? "0400" : "root";
    EXPECT_EQ(refusal({{"name", {"c"}}, {"kind", {"caddy"}}, {name, {value}}}),
              name + " is not a setting of the kind caddy");
  }
}

TEST(ParseDefinition, RefusesWhatIsEmpty) {
  for (const std::string name : {"name", "kind", "listen", "domains", "projects", "accounts", "directory", "mode"}) {
    EXPECT_EQ(refusal(with(nginx_members(), name, {})),
              name == "kind" ? "kind must not be empty" : name + " must not be empty");
    EXPECT_EQ(refusal(with(nginx_members(), name, {""})), name + " must not be empty");
  }
  EXPECT_EQ(refusal(with(nginx_members(), "domains", {"live.example.net", ""})), "domains must not be empty");
}

TEST(ParseDefinition, RefusesTwoValuesForOne) {
  EXPECT_NE(refusal(with(nginx_members(), "directory", {"/a", "/b"})), "no error");
  EXPECT_NE(refusal(with(nginx_members(), "name", {"a", "b"})), "no error");
}

struct BadValue {
  const char* name;
  const char* value;
};

// For the names of the tests.
void PrintTo(const BadValue& bad, std::ostream* out) {
  *out << bad.name << " = " << bad.value;
}

class BadValueTest : public ::testing::TestWithParam<BadValue> {};

TEST_P(BadValueTest, IsRefusedByItsName) {
  EXPECT_THAT(refusal(with(nginx_members(), GetParam().name, {GetParam().value})),
              ::testing::StartsWith(std::string(GetParam().name) + " "));
}

INSTANTIATE_TEST_SUITE_P(
    ParseDefinition, BadValueTest,
    ::testing::Values(
        BadValue{"name", "front door"}, BadValue{"name", "a/b"}, BadValue{"name", ".."}, BadValue{"name", "a,b"},
        BadValue{"name", "0123456789012345678901234567890123456789012345678901234567890"}, BadValue{"listen", "443"},
        BadValue{"listen", "localhost:443"}, BadValue{"listen", "127.0.0.1"}, BadValue{"listen", "127.0.0.1:"},
        BadValue{"listen", "127.0.0.1:0"}, BadValue{"listen", "127.0.0.1:65536"}, BadValue{"listen", "127.0.0.1:443x"},
        BadValue{"listen", "::1:443"}, BadValue{"listen", "[127.0.0.1]:443"}, BadValue{"listen", "[::1:443"},
        BadValue{"listen", ":443"}, BadValue{"listen", "127.1:443"}, BadValue{"domains", "Live.example.net"},
        BadValue{"domains", "single"}, BadValue{"domains", "*.*.example.net"}, BadValue{"domains", "a*.example.net"},
        BadValue{"domains", "live.*.net"}, BadValue{"domains", "*."}, BadValue{"domains", "**"},
        BadValue{"domains", "../etc"}, BadValue{"accounts", "0"}, BadValue{"accounts", "21000000x1"},
        BadValue{"directory", "relative"}, BadValue{"directory", "/a/../b"}, BadValue{"directory", "/a/"},
        BadValue{"directory", "//a"}, BadValue{"directory", "/a//b"}, BadValue{"directory", "/a/./b"},
        BadValue{"mode", "0644"}, BadValue{"mode", "0444"}, BadValue{"mode", "0040"}, BadValue{"mode", "0660"},
        BadValue{"mode", "0700"}, BadValue{"mode", "rw"}, BadValue{"mode", "9"}, BadValue{"mode", "04400"},
        BadValue{"mode", "-400"}, BadValue{"mode", "400 "}, BadValue{"owner", "no-such-user-here"},
        BadValue{"group", "no-such-group-here"}, BadValue{"settle", "0"}, BadValue{"settle", "301"},
        BadValue{"settle", "2s"}, BadValue{"settle", "-1"}, BadValue{"settle", "99999999999999999999"}));

// The system's functions see "root" and "127.0.0.5" in these.
TEST(ParseDefinition, RefusesAZeroByteInAnyValue) {
  using namespace std::string_literals;
  EXPECT_EQ(refusal(with(nginx_members(), "owner", {"root\0x"s})), "owner holds a zero byte");
  EXPECT_EQ(refusal(with(nginx_members(), "listen", {"127.0.0.5\0:1:443"s})), "listen holds a zero byte");
  EXPECT_EQ(refusal(with(nginx_members(), "directory", {"/etc/livecert\0/../x"s})), "directory holds a zero byte");
  EXPECT_EQ(refusal(with(nginx_members(), "domains", {"a.example", "b.example\0"s})), "domains holds a zero byte");
}

// A value may be a secret that was put into the wrong place, or a megabyte.
TEST(ParseDefinition, RepeatsOnlyTheBeginningOfAWrongValue) {
  const std::string secret = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg" + std::string(10'000, 'k');
  for (const char* member :
       {"kind", "directory", "file", "socket", "listen", "domains", "accounts", "owner", "group"}) {
    const std::string refused = refusal(with(nginx_members(), member, {secret}));
    EXPECT_LT(refused.size(), 400U) << member;
  }
}

TEST(ParseDefinition, RefusesBadValuesOfTheFilesKind) {
  const Members files{{"name", {"f"}}, {"kind", {"files"}}, {"directory", {"/srv"}}};
  EXPECT_THAT(refusal(with(files, "layout", {"split"})), HasSubstr("layout must be combined or separate"));
  EXPECT_THAT(refusal(with(files, "command", {"systemctl", "reload"})), HasSubstr("absolute path of a program"));
}

TEST(ParseDefinition, TakesEveryAllowedMode) {
  for (const auto& [text, mode] : std::vector<std::pair<std::string, unsigned>>{
           {"0400", 0400U}, {"0600", 0600U}, {"0440", 0440U}, {"0640", 0640U}, {"640", 0640U}}) {
    const auto definition = parse_definition(with(nginx_members(), "mode", {text}));
    ASSERT_TRUE(definition) << text;
    EXPECT_EQ(definition->access.mode, mode);
  }
}

TEST(Address, IsWrittenAsItIsRead) {
  EXPECT_EQ((Address{"127.0.0.1", 443}).to_string(), "127.0.0.1:443");
  EXPECT_EQ((Address{"::1", 443}).to_string(), "[::1]:443");
}

TEST(Selection, TakesEverythingWhenItSaysNothing) {
  EXPECT_TRUE(Selection().takes(order_for("live.example.net")));
  EXPECT_TRUE(Selection{.domains = {"*"}}.takes(order_for("live.example.net")));
}

TEST(Selection, TakesAWildcardForEveryNameBelow) {
  const Selection selection{.domains = {"*.example.net"}};
  EXPECT_TRUE(selection.takes(order_for("live.example.net")));
  EXPECT_TRUE(selection.takes(order_for("a.b.example.net")));
  EXPECT_FALSE(selection.takes(order_for("example.net")));
  EXPECT_FALSE(selection.takes(order_for("badexample.net")));
  EXPECT_FALSE(selection.takes(order_for("example.net.example.org")));
}

TEST(Selection, TakesWhatFitsOneOfEachList) {
  const Selection selection{.domains = {"live.example.net", "*.example.org"},
                            .projects = {"default", "other"},
                            .accounts = {base::AccountId(2100000001)}};
  EXPECT_TRUE(selection.takes(order_for("live.example.net")));
  EXPECT_TRUE(selection.takes(order_for("a.example.org", "other")));
  EXPECT_FALSE(selection.takes(order_for("push.example.net")));
  EXPECT_FALSE(selection.takes(order_for("live.example.net", "third")));
  EXPECT_FALSE(selection.takes(order_for("live.example.net", "default", 2100000002)));
}

TEST(Definition, KnowsWhereAnotherEpochLeftItsFiles) {
  Definition former;
  former.kind = Kind::kFiles;
  former.directory = "/var/lib/livecert/edges/old folder";
  former.listen = Address{"127.0.0.1", 443};
  const std::string epoch = epoch_of(former);
  EXPECT_EQ(files_left(epoch, former), std::nullopt);
  Definition now = former;
  now.listen = Address{"::1", 443};
  EXPECT_EQ(files_left(epoch, now), std::nullopt) << "another server that reads the same files";
  now.listen.reset();
  EXPECT_EQ(files_left(epoch, now), std::nullopt);
  now.directory = "/var/lib/livecert/edges/new";
  EXPECT_EQ(files_left(epoch, now), former.directory);
  now = former;
  now.separate = true;
  EXPECT_EQ(files_left(epoch, now), former.directory) << "their names are others";
  now = former;
  now.kind = Kind::kNginx;
  EXPECT_EQ(files_left(epoch, now), former.directory);
  Definition srs;
  srs.kind = Kind::kSrs;
  srs.file = "/var/lib/livecert/edges/srs/server.pem";
  EXPECT_EQ(files_left(epoch_of(srs), srs), std::nullopt);
  EXPECT_EQ(files_left(epoch_of(srs), former), srs.file);
  Definition caddy;
  caddy.kind = Kind::kCaddy;
  EXPECT_EQ(files_left(epoch_of(caddy), former), std::nullopt);
  EXPECT_EQ(files_left("", former), std::nullopt) << "a receipt of an early release";
}

}  // namespace
}  // namespace livecert::edge
