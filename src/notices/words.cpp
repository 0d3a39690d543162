#include "notices/words.h"

#include <algorithm>
#include <array>

#include "base/join.h"
#include "base/time.h"
#include "translation/translate.h"

namespace livecert::notices {
namespace {

using base::Language;
using domain::FactKind;

constexpr std::size_t kMaxPlain = 200;
constexpr std::size_t kMaxEdges = 5;

std::string in(Language language, std::string_view english, std::string_view chinese) {
  return std::string(base::Bilingual{english, chinese}.in(language));
}

bool is_ended(const Notice& notice) {
  return notice.fact.level == kEnded;
}

std::string ending_title(const Notice& notice, Language language, base::Time now) {
  const Fact& fact = notice.fact;
  const std::string end = base::to_rfc3339(fact.ends_at);
  const bool is_asked = !fact.edges.empty();
  if (notice.is_solved) {
    return is_asked
               ? in(language, "solved, a valid certificate is served until ", "已恢复，出示的证书有效期至 ") + end
               : in(language, "solved, it uses a certificate that is valid until ", "已恢复，所用证书有效期至 ") + end;
  }
  if (is_ended(notice)) {
    return is_asked ? in(language, "no valid certificate is served since ", "没有有效证书，出示的证书已过期：") + end
                    : in(language, "it has no valid certificate since ", "没有有效证书，所用证书已过期：") + end;
  }
  const std::string left = duration_text(fact.ends_at - now, language);
  if (language == Language::kChinese) {
    return (is_asked ? "出示的证书将在 " : "所用证书将在 ") + left + " 后过期（" + end + "）";
  }
  return (is_asked ? "the certificate that is served ends in " : "the certificate that it uses ends in ") + left +
         " (" + end + ")";
}

std::string edge_title(const Notice& notice, Language language) {
  const std::string& edge = notice.fact.name.edge;
  if (notice.is_solved) {
    return in(language, "solved, the edge ", "已恢复，接入节点 ") + edge +
           in(language, " shows what it should", " 已出示应有的证书");
  }
  const std::string since = base::to_rfc3339(notice.fact.since);
  return language == Language::kChinese
             ? "接入节点 " + edge + " 自 " + since + " 起未出示应有的证书"
             : "the edge " + edge + " has not shown the certificate that it should since " + since;
}

std::string edges_text(const std::vector<std::string>& edges, Language language) {
  std::vector<std::string> first(edges.begin(),
                                 edges.begin() + static_cast<std::ptrdiff_t>(std::min(edges.size(), kMaxEdges)));
  std::string text = base::join(first, in(language, ", ", "、"));
  if (edges.size() > kMaxEdges) text += in(language, ", …", "……");
  return text;
}

std::string remedy(const Notice& notice, Language language) {
  if (notice.fact.name.kind == FactKind::kNotShown) {
    return in(language, "What to do: `livecert edge status` names the fault of the edge.",
              "处理办法：运行 livecert edge status 查看该接入节点的故障。");
  }
  if (notice.fact.is_renewed) {
    return in(language, "A newer certificate is bound, but not shown yet: see livecert edge status.",
              "已绑定新证书，但尚未出示：请运行 livecert edge status 查看原因。");
  }
  return in(language, "No newer certificate is bound: renew it, and upload it with livecert cert deploy or UpdateCert.",
            "尚未绑定新证书：请续期，并用 livecert cert deploy 或 UpdateCert 上传。");
}

std::vector<std::string> single_lines(const Notice& notice, Language language) {
  const Fact& fact = notice.fact;
  std::vector<std::string> lines;
  lines.push_back(in(language, "Domain: ", "域名：") + fact.name.domain);
  lines.push_back(in(language, "Account: ", "账号：") + fact.account.to_string() +
                  in(language, ", project: ", "，项目：") + plain(fact.project));
  if (!fact.edges.empty()) {
    lines.push_back(in(language, "Shown by: ", "出示的接入节点：") + edges_text(fact.edges, language));
  }
  if (notice.is_solved) {
    // The word that a robot may want in every message.
    lines.push_back(in(language, "Told by livecert.", "由 livecert 发送。"));
    return lines;
  }
  if (const std::string failure = translation::translated(fact.failure, language); !failure.empty()) {
    lines.push_back(in(language, "Last failure: ", "最近一次失败：") + plain(failure));
  }
  lines.push_back(remedy(notice, language));
  return lines;
}

std::string count_text(std::size_t count, Language language, std::string_view english_one,
                       std::string_view english_many, std::string_view chinese) {
  if (count == 0) return "";
  if (language == Language::kChinese) return std::to_string(count) + " " + std::string(chinese);
  return std::to_string(count) + " " + std::string(count == 1 ? english_one : english_many);
}

std::string digest_title(const std::vector<Notice>& notices, Language language) {
  std::array<std::size_t, 4> counts{};  // ended, ending, not shown, solved
  for (const Notice& notice : notices) {
    const bool is_about_edge = notice.fact.name.kind == FactKind::kNotShown;
    ++counts[notice.is_solved ? 3 : is_about_edge ? 2 : is_ended(notice) ? 0 : 1];
  }
  const std::array<std::string, 4> texts{
      count_text(counts[0], language, "domain without a valid certificate", "domains without a valid certificate",
                 "个域名没有有效证书"),
      count_text(counts[1], language, "domain whose certificate ends soon", "domains whose certificates end soon",
                 "个域名的证书即将过期"),
      count_text(counts[2], language, "domain that an edge does not show as it should",
                 "domains that edges do not show as they should", "个域名在接入节点上未出示应有的证书"),
      count_text(counts[3], language, "solved", "solved", "项已恢复")};
  std::vector<std::string> present;
  std::ranges::copy_if(texts, std::back_inserter(present), [](const std::string& text) { return !text.empty(); });
  return "livecert" + in(language, ": ", "：") + base::join(present, in(language, ", ", "，"));
}

Text test_text(Language language) {
  return {in(language, "livecert: a test", "livecert：测试消息"),
          {in(language, "This channel works. Notices about domains and edges will come here.",
              "此通道可用。域名与接入节点的通知将发送到这里。")},
          true};
}

}  // namespace

std::string duration_text(base::Time::duration duration, Language language) {
  const auto minutes = std::max<std::int64_t>(1, std::chrono::floor<std::chrono::minutes>(duration).count());
  const std::int64_t hours = minutes / 60;
  if (hours >= 48) return std::to_string(hours / 24) + in(language, " d", " 天");
  if (hours >= 1) return std::to_string(hours) + in(language, " h", " 小时");
  return std::to_string(minutes) + in(language, " min", " 分钟");
}

std::string plain(std::string_view text) {
  constexpr std::string_view kMarkup = "*_`[]<>#~|\\&@";
  std::string line;
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    line += is_control || kMarkup.find(c) != std::string_view::npos ? ' ' : c;
  }
  if (line.size() <= kMaxPlain) return line;
  std::size_t end = kMaxPlain;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) --end;
  return line.substr(0, end) + "…";
}

std::string title_of(const Notice& notice, Language language, base::Time now) {
  const bool is_about_edge = notice.fact.name.kind == FactKind::kNotShown;
  return notice.fact.name.domain + in(language, ": ", "：") +
         (is_about_edge ? edge_title(notice, language) : ending_title(notice, language, now));
}

Text text_of(const std::vector<Notice>& notices, Language language, base::Time now, std::size_t max_bytes) {
  if (notices.empty()) return test_text(language);
  const bool is_good = std::ranges::all_of(notices, &Notice::is_solved);
  if (notices.size() == 1) {
    return {title_of(notices.front(), language, now), single_lines(notices.front(), language), is_good};
  }
  Text text{digest_title(notices, language), {}, is_good};
  std::size_t bytes = 0;
  for (const Notice& notice : notices) {
    std::string line = title_of(notice, language, now);
    bytes += line.size() + 3;
    if (bytes > max_bytes) break;
    text.lines.push_back(std::move(line));
  }
  if (const std::size_t more = notices.size() - text.lines.size(); more > 0) {
    text.lines.push_back(language == Language::kChinese ? "另有 " + std::to_string(more) + " 项未列出"
                                                        : "and " + std::to_string(more) + " more");
  }
  return text;
}

std::string escape_markup(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace livecert::notices
