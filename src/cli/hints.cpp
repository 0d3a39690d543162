#include "cli/hints.h"

#include "cli/language.h"

namespace livecert::cli {

std::string hint_for(std::string_view code) {
  if (code == "InvalidTimestamp") {
    return tr("Set the clock of this machine: it must agree with the service's to within 15 minutes.",
              "请校准本机时钟：与服务端的误差不得超过 15 分钟。");
  }
  if (code == "SignatureDoesNotMatch") {
    return tr("The secret does not belong to this access key: look at VOLC_SECRETKEY or the --credentials file.",
              "密钥与该 Access Key 不匹配：请检查 VOLC_SECRETKEY 或 --credentials 指定的文件。");
  }
  if (code == "InvalidAccessKey") {
    return tr("The access key is unknown here or disabled: look at VOLC_ACCESSKEY, --credentials and --endpoint.",
              "该 Access Key 不存在或已停用：请检查 VOLC_ACCESSKEY、--credentials 与 --endpoint。");
  }
  if (code == "AccessDenied") {
    return tr("This needs a key of the root account that is not limited to projects.",
              "此操作需要根账号的、不限定项目的密钥。");
  }
  if (code == "RequestForbidden.BillingStatus") {
    return tr("The account is suspended: `livecert account activate` by the root account ends that.",
              "该账号已被停用：根账号可用 `livecert account activate` 恢复。");
  }
  if (code == "FlowLimitExceeded") {
    return tr("Wait a second, or let the service be run with a higher --rate-limit.",
              "请稍等一秒，或以更高的 --rate-limit 运行服务。");
  }
  if (code == "InvalidActionOrVersion") {
    return tr("The endpoint does not know this action: is it livecert, and recent enough?",
              "该地址不支持此接口：它是 livecert 吗？版本是否够新？");
  }
  if (code.starts_with("InternalError") || code.starts_with("InternalService")) {
    return tr("The service's log tells more under this RequestId.", "服务日志中该 RequestId 处有更多信息。");
  }
  return {};
}

std::string hint_for_changed_request() {
  return tr(
      "The service received another request than was signed: something on the way changes it, most often a proxy that "
      "rewrites Host. Let the proxy pass Host on (nginx: proxy_set_header Host $http_host).",
      "服务收到的请求与签名的不同：途中有程序改动了请求，多半是代理改写了 Host。请让代理原样传递 Host（nginx："
      "proxy_set_header Host $http_host）。");
}

std::string hint_without_answer(std::string_view failure) {
  const auto says = [&](std::string_view words) { return failure.find(words) != std::string_view::npos; };
  if (says("Connection refused") || says("Failed to connect") || says("Couldn't connect")) {
    return tr(
        "Nothing answers there. Is the service running (systemctl status livecert), and is --endpoint or "
        "LIVECERT_ENDPOINT its address?",
        "该地址没有响应。服务是否在运行（systemctl status livecert）？--endpoint 或 LIVECERT_ENDPOINT 是否为其地址？");
  }
  if (says("wrong version number") || says("packet length too long")) {
    return tr("This port speaks plain HTTP: write http:// instead of https://, or name the port of https.",
              "该端口使用明文 HTTP：请将 https:// 改为 http://，或改用 HTTPS 端口。");
  }
  if (says("Empty reply from server") || says("HTTP/0.9")) {
    return tr("Perhaps this port speaks HTTPS: write https:// instead of http://.",
              "该端口可能使用 HTTPS：请将 http:// 改为 https://。");
  }
  if (says("Could not resolve")) {
    return tr("No such name is known: look at --endpoint or LIVECERT_ENDPOINT.",
              "无法解析该名称：请检查 --endpoint 或 LIVECERT_ENDPOINT。");
  }
  if (says("no alternative certificate subject name matches") || says("does not match target host name")) {
    return tr("The service's certificate is for other names: use one of them, or add this one to host_names.",
              "服务的证书不含此名称：请改用证书中的名称，或把它加入 host_names。");
  }
  if (!says("certificate problem")) return {};
  return tr(
      "If the service has a certificate of its own CA, name that with --ca-file or LIVECERT_CA_FILE: it is ca.pem in "
      "the service's data directory.",
      "如果服务使用自己的 CA 签发的证书，请用 --ca-file 或 LIVECERT_CA_FILE 指定该 CA：即服务数据目录中的 ca.pem。");
}

}  // namespace livecert::cli
