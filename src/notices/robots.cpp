#include "notices/robots.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/bytes.h"
#include "base/join.h"
#include "crypto/hash.h"

namespace livecert::notices {
namespace {

namespace json = boost::json;

std::string sign(const std::string& key, const std::string& message) {
  return base::to_base64(crypto::hmac_sha256(base::as_bytes(key), base::as_bytes(message)));
}

// Base64 has three signs that mean something else in a query.
std::string encode_base64_for_query(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    if (c == '+') {
      encoded += "%2B";
    } else if (c == '/') {
      encoded += "%2F";
    } else if (c == '=') {
      encoded += "%3D";
    } else {
      encoded += c;
    }
  }
  return encoded;
}

std::string lines_of(const Text& text, std::string_view separator) {
  return base::join(text.lines, separator);
}

}  // namespace

outgoing::Call post_json(std::string url, std::string body) {
  outgoing::Call call;
  call.url = std::move(url);
  call.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  call.body = std::move(body);
  return call;
}

// The key of the signature is the time and the secret, and the message is empty; both go into the body
// (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
outgoing::Call to_feishu(const ChannelSecret& secret, const Text& text, base::Time now) {
  json::object body;
  if (!secret.secret.empty()) {
    const std::string stamp = std::to_string(base::to_unix_seconds(now));
    body["timestamp"] = stamp;
    body["sign"] = sign(stamp + "\n" + secret.secret, "");
  }
  body["msg_type"] = "interactive";
  json::object& card = body["card"].emplace_object();
  json::object& header = card["header"].emplace_object();
  header["title"] = {{"tag", "plain_text"}, {"content", text.title}};
  header["template"] = text.is_good ? "green" : "red";
  card["elements"] =
      json::array{{{"tag", "div"}, {"text", {{"tag", "plain_text"}, {"content", lines_of(text, "\n")}}}}};
  return post_json(secret.url, json::serialize(body));
}

// Here the secret is the key, and time (in milliseconds) and secret are the message; both go into the query
// (https://open.dingtalk.com/document/robots/customize-robot-security-settings).
outgoing::Call to_dingtalk(const ChannelSecret& secret, const Text& text, base::Time now) {
  std::string url = secret.url;
  if (!secret.secret.empty()) {
    const std::string milliseconds = std::to_string(base::to_unix_micros(now) / 1000);
    const std::string signature = sign(secret.secret, milliseconds + "\n" + secret.secret);
    url += (url.find('?') == std::string::npos ? "?" : "&");
    url += "timestamp=" + milliseconds + "&sign=" + encode_base64_for_query(signature);
  }
  json::object body;
  body["msgtype"] = "markdown";
  json::object& markdown = body["markdown"].emplace_object();
  markdown["title"] = text.title;
  markdown["text"] = "#### " + text.title + "\n\n" + lines_of(text, "\n\n");
  body["at"] = {{"atMobiles", json::array()}, {"isAtAll", false}};
  return post_json(std::move(url), json::serialize(body));
}

outgoing::Call to_wecom(const ChannelSecret& secret, const Text& text) {
  json::object body;
  body["msgtype"] = "markdown";
  body["markdown"] = {{"content", "**" + text.title + "**\n" + lines_of(text, "\n")}};
  return post_json(secret.url, json::serialize(body));
}

outgoing::Call to_slack(const ChannelSecret& secret, const Text& text) {
  const std::string title = escape_markup(text.title);
  json::object body;
  body["text"] = title;
  body["blocks"] = json::array{
      {{"type", "section"},
       {"text", {{"type", "mrkdwn"}, {"text", "*" + title + "*\n" + escape_markup(lines_of(text, "\n"))}}}}};
  return post_json(secret.url, json::serialize(body));
}

// Without parse_mode the text is plain, and nothing in it can be markup.
outgoing::Call to_telegram(const Channel& channel, const ChannelSecret& secret, const Text& text) {
  std::string url = secret.url;
  while (url.ends_with('/')) url.pop_back();
  json::object body;
  body["chat_id"] = channel.to.front();
  body["text"] = text.title + "\n\n" + lines_of(text, "\n");
  body["disable_web_page_preview"] = true;
  return post_json(url + "/bot" + secret.secret + "/sendMessage", json::serialize(body));
}

}  // namespace livecert::notices
