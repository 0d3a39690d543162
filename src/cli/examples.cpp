#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/language.h"

namespace livecert::cli {
namespace {

struct Example {
  std::string_view command;
  std::string_view lines;  // each without "livecert "
};

// What a person types most often, for every command: the names are those that RFC 2606 keeps for examples. A command
// whose word needs a file or a secret shows where that comes from.
constexpr std::array kExamples{
    Example{"serve",
            "serve --data-dir /var/lib/livecert\nserve --config /etc/livecert/livecert.toml\n"
            "serve --check --config /etc/livecert/livecert.toml"},
    Example{"backup",
            "backup /backup --recipients-file /etc/livecert/recipients --keep 14\n"
            "backup livecert.backup --passphrase-file /root/passphrase"},
    Example{"restore",
            "restore livecert.backup --identity age.key --rehearse\n"
            "restore livecert.backup --identity age.key --data-dir /var/lib/livecert"},
    Example{"verify", "verify\nverify --config /etc/livecert/livecert.toml"},
    Example{"migrate",
            "migrate --from /var/lib/livecert --to postgres://livecert@db1,db2/livecert\n"
            "migrate --from postgres://livecert@db1,db2/livecert --to /var/lib/livecert"},
    Example{"doctor", "doctor\ndoctor --config /etc/livecert/livecert.toml --json"},
    Example{"cert create",
            "cert create fullchain.pem privkey.pem --name www\n"
            "cert create www.example.net.pfx --password-file pfx-password.txt --name www\n"
            "cert create ~/Downloads/12345_www.example.net_nginx.zip --dry-run\n"
            "cert create /etc/letsencrypt/live --all"},
    Example{"cert deploy",
            "cert deploy --name www --domain live.example.net --wait fullchain.pem privkey.pem\n"
            "cert deploy --name www --all-names --create-domains /etc/letsencrypt/live/www"},
    Example{"cert list",
            "cert list --expiring 30d\ncert list --domain live.example.net --output wide\ncert list --output csv"},
    Example{"cert describe", "cert describe www\ncert describe 06174e --pem"},
    Example{"cert bind", "cert bind www live.example.net pull.example.net\ncert bind 06174e live.example.net --http2"},
    Example{"cert unbind", "cert unbind live.example.net"},
    Example{"cert delete", "cert delete 06174e"},
    Example{"cert rename", "cert rename 06174e www"},
    Example{"cert versions", "cert versions www"},
    Example{"cert rollback", "cert rollback www\ncert rollback www --to 7265012345678901234"},
    Example{"cert prune", "cert prune --dry-run\ncert prune --expired-for 30"},
    Example{"cert bindings", "cert bindings www\ncert bindings --domain live.example.net"},
    Example{"cert delivery", "cert delivery www\ncert delivery www --failing --watch 2"},
    Example{"cert wait", "cert wait www --timeout 60"},
    Example{"domain add",
            "domain add live.example.net pull.example.net\n"
            "domain add live.example.net --chain www --tag team=live"},
    Example{"domain list", "domain list\ndomain list live.example.net\ndomain list --vhost show"},
    Example{"domain describe", "domain describe live.example.net"},
    Example{"domain delete", "domain delete live.example.net"},
    Example{"domain enable", "domain enable live.example.net"},
    Example{"domain disable", "domain disable live.example.net"},
    Example{"domain vhost", "domain vhost live.example.net show"},
    Example{"domain move", "domain move live.example.net 2100000001"},
    Example{"edge add",
            "edge add web nginx --listen 127.0.0.1:443 --directory /var/lib/livecert/edges/web\n"
            "edge add balancer haproxy --listen 127.0.0.1:443 --directory /var/lib/livecert/edges/balancer "
            "--socket /run/haproxy/admin.sock"},
    Example{"edge delete", "edge delete web\nedge delete web --withdraw"},
    Example{"edge status", "edge status\nedge status --failing\nedge status --watch 2"},
    Example{"account add", "account add tenant"},
    Example{"account suspend", "account suspend 2100000001"},
    Example{"account activate", "account activate 2100000001"},
    Example{"account delete", "account delete 2100000001\naccount delete 2100000001 --cascade"},
    Example{"account list", "account list"},
    Example{"key add",
            "key add 2100000001\nkey add 2100000001 --project live\nkey add 2100000001 --domain *.example.net "
            "--expires-in 90d"},
    Example{"key import", "key import 2100000001 credentials.json"},
    Example{"key rotate", "key rotate /var/lib/livecert/credentials.json"},
    Example{"key disable", "key disable AKLTexample"},
    Example{"key enable", "key enable AKLTexample"},
    Example{"key delete", "key delete AKLTexample"},
    Example{"key list", "key list 2100000001"},
    Example{"policy list", "policy list"},
    Example{"policy show", "policy show Deploy"},
    Example{"policy put", "policy put lists lists.json"},
    Example{"policy attach", "policy attach Monitor --key AKLTexample\npolicy attach ReadOnly --account 2100000001"},
    Example{"policy detach", "policy detach Monitor --key AKLTexample"},
    Example{"policy delete", "policy delete lists"},
    Example{"policy simulate",
            "policy simulate AKLTexample DeleteCert\npolicy simulate AKLTexample CreateCert --policy lists.json"},
    Example{"project add", "project add 2100000001 live"},
    Example{"project delete", "project delete 2100000001 live"},
    Example{"project list", "project list 2100000001"},
    Example{"master-key add", "master-key add --master-key /etc/livecert/master.key"},
    Example{"master-key list", "master-key list"},
    Example{"master-key rotate", "master-key rotate"},
    Example{"master-key retire", "master-key retire 1f7034c3a0e8d925"},
    Example{"audit list", "audit list --since 7d\naudit list --subject live.example.net --action BindCert"},
    Example{"audit export", "audit export > audit.jsonl\naudit export --after 1842"},
    Example{"audit checkpoint", "audit checkpoint > checkpoint.json"},
    Example{"audit verify",
            "audit verify --checkpoint checkpoint.json\naudit verify --file audit.jsonl --checkpoint checkpoint.json"},
    Example{"notify add",
            "notify add ops feishu --url-file feishu-url --secret-file feishu-secret --language zh\n"
            "notify add alerts alertmanager --url-file alertmanager-url"},
    Example{"notify list", "notify list"},
    Example{"notify test", "notify test ops"},
    Example{"notify preview", "notify preview ops"},
    Example{"notify delete", "notify delete ops"},
    Example{"login",
            "login --endpoint https://livecert.example.net:8443 --ca-file ca.pem\n"
            "login --profile prod --credentials credentials.json"},
    Example{"whoami", "whoami\nwhoami --profile prod"},
    Example{"sign", "sign ListCertV2\nsign CreateCert --body @body.json"},
    Example{"completion", "completion bash > /etc/bash_completion.d/livecert"},
    Example{"manual", "manual cert | man -l -"},
};

std::string footer_of(std::string_view lines) {
  std::string footer = tr("Examples:", "示例：");
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    footer.append("\n  livecert ").append(line);
  }
  return footer;
}

void add_below(CLI::App& app, const std::string& path) {
  const auto commands = app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
  for (CLI::App* command : commands)
    add_below(*command, path.empty() ? command->get_name() : path + " " + command->get_name());
  if (!commands.empty()) return;
  const auto* const found = std::ranges::find(kExamples, path, &Example::command);
  if (found != kExamples.end()) app.footer(footer_of(found->lines));
}

}  // namespace

void add_examples(CLI::App& root) {
  add_below(root, "");
}

}  // namespace livecert::cli
