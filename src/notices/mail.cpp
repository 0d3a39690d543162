#include "notices/mail.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/bytes.h"
#include "base/join.h"

namespace livecert::notices {
namespace {

constexpr std::size_t kLineBytes = 76;         // RFC 2045 §6.8
constexpr std::size_t kEncodedWordBytes = 42;  // as base64 with its frame at most 75 characters (RFC 2047 §2)

std::string base64_lines(const std::string& text) {
  const std::string encoded = base::to_base64(base::as_bytes(text));
  std::string lines;
  for (std::size_t begin = 0; begin < encoded.size(); begin += kLineBytes) {
    lines += encoded.substr(begin, kLineBytes) + "\r\n";
  }
  return lines;
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

// Encoded words hold whole characters, and folded lines separate them (RFC 2047 §5).
std::string encoded_words(const std::string& text) {
  std::string words;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.size(), begin + kEncodedWordBytes);
    while (end < text.size() && end > begin + 1 && !begins_character(text[end])) --end;
    words += (words.empty() ? "" : "\r\n ") +
             ("=?UTF-8?B?" + base::to_base64(base::as_bytes(text.substr(begin, end - begin)))) + "?=";
    begin = end;
  }
  return words;
}

// RFC 5322 §3.3, in UTC.
std::string mail_date(base::Time time) {
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d +0000",
                kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string to_html(const Text& text) {
  std::string html = "<!doctype html>\r\n<html><body>\r\n<h3>" + escape_markup(text.title) + "</h3>\r\n<ul>\r\n";
  for (const std::string& line : text.lines) html += "<li>" + escape_markup(line) + "</li>\r\n";
  return html + "</ul>\r\n</body></html>\r\n";
}

std::string part(const std::string& boundary, const std::string& type, const std::string& content) {
  return "--" + boundary + "\r\nContent-Type: " + type +
         "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64_lines(content);
}

bool is_on_this_machine(const std::string& host) {
  const std::string name = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
  return name == "localhost" || name == "[::1]" ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace

outgoing::Mail make_mail(const Channel& channel, const ChannelSecret& secret, const Text& text, const std::string& id,
                         base::Time now) {
  const std::string boundary = "livecert-" + id.substr(0, 32);
  const std::string domain = channel.from.substr(channel.from.find('@') + 1);
  outgoing::Mail mail;
  mail.url = secret.url;
  mail.demand_tls = !is_on_this_machine(channel.host);
  mail.user = channel.user;
  mail.password = secret.secret;
  mail.from = channel.from;
  mail.to = channel.to;
  mail.message = "Date: " + mail_date(now) + "\r\nFrom: livecert <" + channel.from +
                 ">\r\nTo: " + base::join(channel.to, ",\r\n ") + "\r\nSubject: " + encoded_words(text.title) +
                 "\r\nMessage-ID: <" + id + "@" + domain +
                 ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n" +
                 "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n" +
                 part(boundary, "text/plain", text.title + "\r\n\r\n" + base::join(text.lines, "\r\n") + "\r\n") +
                 part(boundary, "text/html", to_html(text)) + "--" + boundary + "--\r\n";
  return mail;
}

}  // namespace livecert::notices
