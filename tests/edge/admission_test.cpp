#include "edge/admission.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/drivers/parse_definition.h"

namespace livecert::edge {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::vector<std::filesystem::path> kRoots{"/var/lib/livecert/edges", "/run/haproxy"};

Definition parsed(Members members) {
  members.emplace_back("name", std::vector<std::string>{"front"});
  return parse_definition(members).value();
}

std::string refusal(Definition definition, const std::vector<std::filesystem::path>& roots = kRoots) {
  const auto admitted = admit(definition, roots);
  if (admitted) return "no error";
  EXPECT_EQ(admitted.error().code, base::ErrorCode::kInvalidInput);
  return admitted.error().message;
}

Definition in_folder(const std::string& folder) {
  return parsed({{"kind", {"files"}}, {"directory", {folder}}});
}

TEST(Admission, RefusesTheMembersThatOnlyAFileMaySet) {
  const std::map<std::string, std::string> values{
      {"owner", "root"}, {"group", "root"},           {"command", "/bin/true"},   {"mode", "0440"},
      {"settle", "3"},   {"listen", "127.0.0.1:443"}, {"proxy_protocol", "true"}, {"domains", "*"},
      {"projects", "a"}, {"accounts", "2100000001"},  {"layout", "separate"}};
  for (const MemberRow& member : members()) {
    const auto value = values.find(std::string(member.name));
    if (value == values.end()) continue;  // what names the edge and its places
    const Definition definition =
        parsed({{"kind", {"files"}}, {"directory", {"/var/lib/livecert/edges/a"}}, {value->first, {value->second}}});
    EXPECT_EQ(refusal(definition),
              member.only_in_file ? value->first + " can only be set in the service's configuration file" : "no error");
  }
}

TEST(Admission, TakesAFolderBelowARoot) {
  Definition definition = in_folder("/var/lib/livecert/edges/a/b");
  ASSERT_TRUE(admit(definition, kRoots));
  EXPECT_EQ(definition.folder_root, kRoots.at(0));
  EXPECT_EQ(place_of(definition), (Place{"/var/lib/livecert/edges", {"a", "b"}}));
}

TEST(Admission, RefusesEveryOtherFolderAndSaysWhatToDo) {
  for (const char* folder : {"/etc", "/", "/var/lib/livecert/edges", "/var/lib/livecert", "/var/lib/livecert/edges2",
                             "/var/lib/livecert/edge", "/proc/self/cwd"}) {
    if (std::string(folder) == "/") continue;  // which no definition takes
    EXPECT_THAT(refusal(in_folder(folder)),
                AllOf(HasSubstr("directory must be below /var/lib/livecert/edges or /run/haproxy"), HasSubstr(folder),
                      HasSubstr("edge_roots"), HasSubstr("configuration file")))
        << folder;
  }
  EXPECT_THAT(refusal(in_folder("/srv/x"), {}), HasSubstr("no edge with files can be added here"));
}

TEST(Admission, WantsAFolderForTheOneFileOfSrs) {
  const auto srs = [](const std::string& file) {
    return parsed({{"kind", {"srs"}}, {"file", {file}}, {"domains", {"live.example.net"}}});
  };
  EXPECT_EQ(refusal(srs("/var/lib/livecert/edges/srs/live.pem")), "no error");
  EXPECT_THAT(refusal(srs("/var/lib/livecert/edges/live.pem")), HasSubstr("the folder of file must be below"));
  EXPECT_THAT(refusal(srs("/etc/ssl/certs/ca-certificates.crt")), HasSubstr("the folder of file must be below"));
}

TEST(Admission, WantsTheSocketBelowARootToo) {
  const auto haproxy = [](const std::string& socket) {
    return parsed({{"kind", {"haproxy"}}, {"directory", {"/var/lib/livecert/edges/front"}}, {"socket", {socket}}});
  };
  Definition definition = haproxy("/run/haproxy/livecert.sock");
  ASSERT_TRUE(admit(definition, kRoots));
  EXPECT_EQ(socket_place_of(definition), Place{"/run/haproxy"});
  EXPECT_EQ(place_of(definition), (Place{"/var/lib/livecert/edges", {"front"}}));
  EXPECT_THAT(refusal(haproxy("/run/dbus/system_bus_socket")), HasSubstr("socket must be below"));
}

TEST(Admission, RefusesCommandsOwnersAndGroups) {
  const std::string folder = "/var/lib/livecert/edges/a";
  Members members{{"kind", {"files"}}, {"directory", {folder}}};
  for (const auto& [name, value] : {std::pair{"command", "/bin/true"}, {"owner", "root"}, {"group", "root"}}) {
    Members more = members;
    more.emplace_back(name, std::vector<std::string>{value});
    EXPECT_EQ(refusal(parsed(more)), std::string(name) + " can only be set in the service's configuration file");
  }
  members.emplace_back("mode", std::vector<std::string>{"0640"});
  EXPECT_EQ(refusal(parsed(members)), "no error");
}

TEST(Admission, WantsAnAddressOfThisMachine) {
  const auto caddy = [](const std::string& listen) { return parsed({{"kind", {"caddy"}}, {"listen", {listen}}}); };
  for (const char* own : {"127.0.0.1:443", "127.9.8.7:443", "[::1]:443", "[::ffff:127.0.0.1]:443"}) {
    EXPECT_EQ(refusal(caddy(own)), "no error") << own;
  }
  // Of documentation (RFC 5737, RFC 3849), of everything, and of a cloud's metadata.
  for (const char* other : {"192.0.2.1:443", "[2001:db8::1]:443", "0.0.0.0:443", "[::]:443", "169.254.169.254:80",
                            "[::ffff:192.0.2.1]:443", "[::127.0.0.1]:443"}) {
    EXPECT_THAT(refusal(caddy(other)), HasSubstr("listen must be an address of this machine")) << other;
  }
}

TEST(AddedEdges, LieInNoOthersFolder) {
  const auto added = [](const std::string& folder) {
    Definition definition = in_folder(folder);
    definition.origin = Origin::kAdded;
    return definition;
  };
  EXPECT_TRUE(collide(added("/srv/a/b"), in_folder("/srv/a")));
  EXPECT_TRUE(collide(in_folder("/srv/a/b"), added("/srv/a")));
  EXPECT_TRUE(collide(added("/srv/a"), added("/srv/a")));
  EXPECT_FALSE(collide(added("/srv/a"), added("/srv/ab")));
  EXPECT_FALSE(collide(in_folder("/srv/a/b"), in_folder("/srv/a"))) << "an operator knows what they do";
  EXPECT_FALSE(collide(added("/srv/a"), parsed({{"kind", {"caddy"}}})));
}

}  // namespace
}  // namespace livecert::edge
