#include "app/config.h"

#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/settings.h"
#include "support/temporary_directory.h"

namespace livecert::app {
namespace {

using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  std::filesystem::path file_with(const std::string& text) {
    const auto path = directory.path() / "livecert.toml";
    std::ofstream(path) << text;
    return path;
  }
  std::string refusal(const std::string& text) {
    const auto config = load_config(file_with(text), {{"data_dir", "d"}});
    return config ? "" : config.error().message;
  }

  test::TemporaryDirectory directory;
};

TEST_F(ConfigTest, FlagsWinOverTheFileAndTheFileOverDefaults) {
  const auto config = load_config(file_with("rate_limit = 5\nregion = \"r\"\nhost_names = [\"a\", \"b\"]\n"),
                                  {{"data_dir", "d"}, {"rate_limit", "7"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->rate_limit, 7U);
  EXPECT_EQ(config->region, "r");
  EXPECT_EQ(config->host_names, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(config->service.converge_duplicates);
  EXPECT_FALSE(config->service.register_domains);
  EXPECT_EQ(config->service.keep_versions, 10);
  EXPECT_EQ(config->prune_after, std::chrono::days(0));
  EXPECT_EQ(config->http, (net::Endpoint{"127.0.0.1", 8080}));
}

TEST_F(ConfigTest, NamesTheBalancersThatSayWhoseConnectionsTheyPassOn) {
  const auto config =
      load_config(file_with("proxy_protocol_from = [\"192.0.2.0/24\", \"2001:db8::7\"]\n"), {{"data_dir", "d"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->proxy_protocol_from,
            (std::vector{*base::AddressBlock::parse("192.0.2.0/24"), *base::AddressBlock::parse("2001:db8::7/128")}));
  EXPECT_THAT(refusal("proxy_protocol_from = [\"192.0.2.1/24\"]\n"), HasSubstr("bits beyond the 24 of its prefix"));
  EXPECT_THAT(refusal("proxy_protocol_from = [\"balancer\"]\n"), HasSubstr("\"balancer\" is no block of addresses"));
  EXPECT_THAT(refusal("proxy_protocol_from = [\"0.0.0.0/0\"]\n"), HasSubstr("everybody claim any address"));
  const auto flag = load_config({}, {{"data_dir", "d"}, {"proxy_protocol_from", "10.0.0.1,10.0.0.2"}});
  ASSERT_TRUE(flag);
  EXPECT_EQ(flag->proxy_protocol_from.size(), 2U);
}

TEST_F(ConfigTest, SaysHowDomainsAreMadeAndWhatIsKept) {
  const auto config = load_config(
      file_with("domains = \"auto\"\nkeep_versions = 3\nprune_after_days = 30\naudit_retention_days = 90\n"),
      {{"data_dir", "d"}, {"keep_versions", "1"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->service.register_domains);
  EXPECT_EQ(config->service.keep_versions, 1);
  EXPECT_EQ(config->prune_after, std::chrono::days(30));
  EXPECT_EQ(config->audit_retention, std::chrono::days(90));
}

TEST_F(ConfigTest, ReadsEdgesInTheirOrder) {
  const auto config =
      load_config(file_with("put_back = false\nproof_interval = 5\n"
                            "[[edge]]\nname = \"front\"\nkind = \"nginx\"\ndirectory = \"/srv/a\"\n"
                            "listen = \"127.0.0.1:443\"\ndomains = [\"*.example.net\"]\nmode = \"0440\"\n"
                            "[[edge]]\nname = \"back\"\nkind = \"files\"\ndirectory = \"/srv/b\"\n"
                            "settle = 30\ncommand = [\"/bin/systemctl\", \"reload\", \"x\"]\n"),
                  {{"data_dir", "d"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->plan.put_back);
  EXPECT_EQ(config->plan.proof_interval, std::chrono::seconds(5));
  ASSERT_EQ(config->edges.size(), 2U);
  EXPECT_EQ(config->edges.at(0).name, "front");
  EXPECT_EQ(config->edges.at(0).kind, edge::Kind::kNginx);
  EXPECT_EQ(config->edges.at(0).access.mode, 0440U);
  EXPECT_EQ(config->edges.at(1).settle, std::chrono::seconds(30));
  EXPECT_EQ(config->edges.at(1).command, (std::vector<std::string>{"/bin/systemctl", "reload", "x"}));
}

TEST_F(ConfigTest, RefusesAnEdgeWithItsPlaceAndWhatIsWrong) {
  EXPECT_THAT(refusal("edge = 3"), HasSubstr("edges are tables that begin with [[edge]]"));
  EXPECT_THAT(refusal("[[edge]]\nname = \"a\"\n"), HasSubstr("edge 1: kind is missing"));
  EXPECT_THAT(refusal("[[edge]]\nname = \"a\"\nkind = \"caddy\"\n[[edge]]\nname = \"b\"\nkind = \"nginx\"\n"),
              HasSubstr("edge 2: the kind nginx needs directory"));
  EXPECT_THAT(refusal("[[edge]]\nname = \"a\"\nkind = \"caddy\"\nproxy_protocol = \"yes\"\n"),
              HasSubstr("edge 1: proxy_protocol must be true or false"));
  EXPECT_THAT(refusal("[[edge]]\nname = true\nkind = \"caddy\"\n"), HasSubstr("edge 1: name must be a string"));
  EXPECT_THAT(refusal("[[edge]]\nname = \"a\"\nkind = \"caddy\"\nfolder = \"/x\"\n"),
              HasSubstr("folder is not a setting of an edge"));
}

TEST_F(ConfigTest, ReadsWhereAddedEdgesMayLie) {
  using Roots = std::vector<std::filesystem::path>;
  const auto roots = [&](const std::string& text) {
    return load_config(file_with(text), {{"data_dir", "d"}})->edge_roots;
  };
  EXPECT_EQ(roots(""), Roots{"/var/lib/livecert/edges"});
  EXPECT_EQ(roots("edge_roots = [\"/srv/edges\", \"/run/haproxy\"]"), (Roots{"/srv/edges", "/run/haproxy"}));
  EXPECT_EQ(roots("edge_roots = []"), Roots());
  for (const char* wrong : {"edges", "/srv/../etc", "/srv/", "//srv", "/"}) {
    EXPECT_THAT(refusal("edge_roots = [\"" + std::string(wrong) + "\"]"),
                HasSubstr("edge_roots must be absolute paths"));
  }
}

// It would be two elements: commas separate them in flags.
TEST_F(ConfigTest, RefusesAnElementOfAListThatHoldsAComma) {
  EXPECT_THAT(refusal("edge_roots = [\"/srv/a,/srv/b\"]"),
              HasSubstr("edge_roots must not have a comma inside an element of the list: /srv/a,/srv/b"));
  EXPECT_THAT(refusal("host_names = [\"a.example.net\", \"b.example.net,c.example.net\"]"),
              HasSubstr("host_names must not have a comma inside an element"));
}

TEST_F(ConfigTest, LetsNoAddedEdgeLieAmongItsOwnFiles) {
  const std::string own = directory.path().string();
  const auto refusal_of = [&](const std::string& roots, const std::string& data_dir, const std::string& key) {
    const auto config = load_config({}, {{"edge_roots", roots}, {"data_dir", data_dir}, {"master_key", key}});
    return config ? "" : config.error().message;
  };
  EXPECT_THAT(refusal_of(own, own + "/data", ""), HasSubstr("edge_roots: " + own + "/data is inside " + own));
  EXPECT_THAT(refusal_of(own + "/data", own + "/data", ""), HasSubstr("edge_roots"));
  EXPECT_THAT(refusal_of("/srv/edges," + own, "/srv/data", own + "/key"), HasSubstr(own + "/key is inside " + own));
  EXPECT_EQ(refusal_of(own + "/data/edges", own + "/data", own + "/key"), "");
  std::filesystem::create_directory_symlink(own, own + "/link");
  EXPECT_THAT(refusal_of(own + "/link", own + "/data", ""), HasSubstr("edge_roots"));
}

// Certificates show addresses in this form, and a certificate is issued again when the names differ.
TEST_F(ConfigTest, HostNamesMayBeAddressesWhichGetOneForm) {
  const auto config =
      load_config({}, {{"data_dir", "d"}, {"host_names", "LIVE.example.net,192.0.2.7,2001:DB8:0::0001"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->host_names, (std::vector<std::string>{"live.example.net", "192.0.2.7", "2001:db8::1"}));
}

TEST_F(ConfigTest, TheOwnDomainIsOneHostName) {
  EXPECT_EQ(load_config({}, {{"data_dir", "d"}, {"own_domain", "Certs.example.net"}})->own_domain, "certs.example.net");
  for (const char* name : {"*.example.net", "a,b", "192.0.2.7"}) {
    EXPECT_THAT(refusal("own_domain = \"" + std::string(name) + "\""), HasSubstr("own_domain must be a host name"));
  }
}

TEST_F(ConfigTest, WhatCannotWorkIsRefused) {
  EXPECT_THAT(refusal("issuers_dir = \"/nonexistent\""), HasSubstr("issuers_dir is not a directory"));
  for (const char* name : {"a b", "1.2.3.400", "-", "*.example.net", "a..b"}) {
    EXPECT_THAT(refusal("host_names = [\"" + std::string(name) + "\"]"), HasSubstr("host_names must be host names"));
  }
  EXPECT_THAT(refusal("region = \"x\\ny\""), HasSubstr("region must be 1 to 64 letters"));
  EXPECT_THAT(refusal("max_body_bytes = 8388608\nmax_bodies_bytes = 1048576"), HasSubstr("max_bodies_bytes"));
  EXPECT_THAT(refusal("http = \"0.0.0.0:80\""), HasSubstr("insecure_http"));
  EXPECT_EQ(refusal("http = \"0.0.0.0:80\"\ninsecure_http = true"), "");
  EXPECT_EQ(refusal("insecure_fetch_ports = [8080, 8081]"), "");
  EXPECT_THAT(refusal("rate_limit = [1]"), HasSubstr("rate_limit must be"));
  EXPECT_THAT(load_config(directory.path(), {{"data_dir", "d"}}).error().message, HasSubstr("is a directory"));
}

TEST_F(ConfigTest, HttpIsOffWhenOnlyHttpsIsAskedFor) {
  const auto config = load_config({}, {{"data_dir", "d"}, {"https", "127.0.0.1:0"}});
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->http);
}

TEST_F(ConfigTest, EverythingWrongIsOneSentenceThatNamesTheSetting) {
  EXPECT_THAT(refusal("rate_limit = \"many\""), HasSubstr("rate_limit must be a number from 0 to 1000000"));
  EXPECT_THAT(refusal("rate_limit = -1"), HasSubstr("rate_limit must be a number"));
  EXPECT_THAT(refusal("rate_limits = 1"), HasSubstr("rate_limits is not a setting"));
  EXPECT_THAT(refusal("region = 1.5"), HasSubstr("region must be a string"));
  EXPECT_THAT(refusal("[net]\nx = 1"), HasSubstr("net must be a string"));
  EXPECT_THAT(refusal("insecure_http = \"yes\""), HasSubstr("insecure_http must be true or false"));
  EXPECT_THAT(refusal("duplicates = \"maybe\""), HasSubstr("duplicates must be one of: converge, allow"));
  EXPECT_THAT(refusal("domains = \"any\""), HasSubstr("domains must be one of: auto, created"));
  EXPECT_THAT(refusal("keep_versions = 0"), HasSubstr("keep_versions must be a number from 1 to 1000"));
  EXPECT_THAT(refusal("prune_after_days = -1"), HasSubstr("prune_after_days must be a number from 0 to 36500"));
  EXPECT_THAT(refusal("http = \"localhost:80\""), HasSubstr("http "));
  EXPECT_THAT(refusal("insecure_fetch_ports = [\"70000\"]"), HasSubstr("insecure_fetch_ports must be a number"));
  EXPECT_THAT(refusal("x = = 1"), HasSubstr("line 1"));
  EXPECT_THAT(load_config("/nonexistent/livecert.toml", {}).error().message, HasSubstr("/nonexistent/livecert.toml"));
  EXPECT_THAT(load_config({}, {{"data_dir", "d"}, {"node_id", "1024"}}).error().message,
              HasSubstr("--node-id must be"));
  EXPECT_THAT(load_config({}, {}).error().message, HasSubstr("--data-dir is required"));
}

// A text that the setting accepts and that is not its default.
std::string another_value(const Setting& setting) {
  const std::map<std::string_view, std::string> examples{
      {"PATH", "/srv"},      {"TEXT", "another"}, {"ADDR:PORT", "127.0.0.2:1"}, {"NAME,…", "a.example"},
      {"NAME", "a.example"}, {"PATH,…", "/srv"},  {"PORT,…", "80,8080"},        {"CIDR,…", "192.0.2.0/24"}};
  const std::string was = default_of(setting);
  if (setting.form.kind == SettingForm::Kind::kSwitch) return was == "true" ? "false" : "true";
  const std::string placeholder(setting.form.placeholder);
  if (const auto found = examples.find(placeholder); found != examples.end()) return found->second;
  if (placeholder.find('|') != std::string::npos) {
    const std::string first = placeholder.substr(0, placeholder.find('|'));
    return first == was ? placeholder.substr(placeholder.rfind('|') + 1) : first;
  }
  const auto number = std::stoull(was);
  return std::to_string(number > 5 ? number - 1 : number + 1);
}

TEST_F(ConfigTest, ASettingIsShownAsTheTextThatItIsReadFrom) {
  for (const Setting& setting : settings()) {
    Config config;
    EXPECT_NE(another_value(setting), default_of(setting)) << setting.name;
    const auto read = setting.form.read(config, another_value(setting));
    ASSERT_TRUE(read) << setting.name << " " << read.error().message;
    EXPECT_EQ(setting.form.show(config), another_value(setting)) << setting.name;
    Config copied;
    setting.form.copy(config, copied);
    EXPECT_EQ(setting.form.show(copied), another_value(setting)) << setting.name;
  }
}

TEST_F(ConfigTest, ADefaultThatIsWrittenOutChangesNothing) {
  for (const Setting& setting : settings()) {
    const std::string text = default_of(setting);
    if (text.empty()) continue;
    Config config;
    const auto read = setting.form.read(config, text);
    ASSERT_TRUE(read) << setting.name << " " << read.error().message;
    EXPECT_EQ(setting.form.show(config), text) << setting.name;
  }
}

// A setting that says that it reloads and is not taken over would silently stay as it was.
TEST_F(ConfigTest, ARunningServiceTakesOverEverySettingThatReloads) {
  const auto running = load_config({}, {{"data_dir", "/srv/data"}});
  ASSERT_TRUE(running);
  for (const Setting& setting : settings()) {
    if (!setting.reloads) continue;
    const std::string name(setting.name);
    const std::string value = name == "edge_roots" ? "/srv/edges" : another_value(setting);
    const auto read = load_config({}, {{"data_dir", "/srv/data"}, {name, value}});
    ASSERT_TRUE(read) << name << " " << read.error().message;
    const auto reload = take_over(*running, *read);
    ASSERT_TRUE(reload) << name;
    EXPECT_THAT(reload->taken, testing::ElementsAre(name));
    EXPECT_EQ(setting.form.show(reload->config), value) << name;
    const auto back = take_over(reload->config, *running);
    ASSERT_TRUE(back) << name;
    EXPECT_EQ(setting.form.show(back->config), default_of(setting)) << name;
  }
}

TEST_F(ConfigTest, HelpSaysDefaultAndRangeOfTheRow) {
  using base::Language;
  EXPECT_THAT(help_of(*find_setting("keep_versions"), Language::kEnglish), HasSubstr(" (default 10; 1 to 1000)"));
  EXPECT_THAT(help_of(*find_setting("keep_versions"), Language::kChinese), HasSubstr("（默认 10；1 至 1000）"));
  EXPECT_THAT(help_of(*find_setting("proof_interval"), Language::kEnglish),
              HasSubstr(" (default 30; 1 to 60; a reload applies it)"));
  EXPECT_THAT(help_of(*find_setting("data_dir"), Language::kEnglish), HasSubstr(" (required)"));
  EXPECT_THAT(help_of(*find_setting("https"), Language::kEnglish), HasSubstr(" (default none)"));
}

TEST_F(ConfigTest, ARunningServiceTakesOverWhatItCanAndNamesTheRest) {
  const auto running = load_config({}, {{"data_dir", "d"}, {"rate_limit", "5"}, {"node_id", "1"}});
  const auto read =
      load_config({}, {{"data_dir", "d"}, {"log_level", "debug"}, {"node_id", "2"}, {"keep_versions", "3"}});
  ASSERT_TRUE(running && read);
  const auto reload = take_over(*running, *read);
  ASSERT_TRUE(reload);
  EXPECT_THAT(reload->taken, testing::UnorderedElementsAre("rate_limit", "log_level"));
  EXPECT_THAT(reload->restarts, testing::UnorderedElementsAre("node_id", "keep_versions"));
  EXPECT_EQ(reload->config.rate_limit, 10U);
  EXPECT_EQ(reload->config.log_level, "debug");
  EXPECT_EQ(reload->config.node_id, 1U);
  // Settings that still wait for the restart are named again, and those that were taken over are not.
  const auto again = take_over(reload->config, *read);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->taken.empty());
  EXPECT_THAT(again->restarts, testing::UnorderedElementsAre("node_id", "keep_versions"));
}

TEST_F(ConfigTest, ARunningServiceRefusesRootsOfEdgesThatHoldItsOwnFiles) {
  const auto running = load_config({}, {{"data_dir", "/srv/a"}});
  const auto read = load_config({}, {{"data_dir", "/srv/b/data"}, {"edge_roots", "/srv/a"}});
  ASSERT_TRUE(running && read);
  EXPECT_THAT(take_over(*running, *read).error().message, HasSubstr("edge_roots"));
}

// The TOML library reports such keys as its own faults, except in a release build.
TEST_F(ConfigTest, RefusesAKeyThatBeginsWithNoneOfItsCharacters) {
  for (const char* const text : {"[[= x\n", "[=]\n", "[.a]\n", "a.= 1\n", "x = {=1}\n", "[#\n", "r\u00e9gion = \"r\"\n",
                                 "region\u3001= \"r\"\n", "region = \"r\" \u3001\n"}) {
    EXPECT_THAT(refusal(text), HasSubstr("livecert.toml line 1: ")) << text;
  }
}

}  // namespace
}  // namespace livecert::app
