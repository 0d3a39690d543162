#include "translation/tables.h"

namespace livecert::translation {
namespace {

// As the C library says them; some callers begin them with a small letter.
constexpr Row kSystem[]{
    {"Permission denied", "权限不足"},
    {"No such file or directory", "没有那个文件或目录"},
    {"Not a directory", "不是目录"},
    {"Is a directory", "是一个目录"},
    {"Read-only file system", "只读文件系统"},
    {"No space left on device", "磁盘空间不足"},
    {"Disk quota exceeded", "超出磁盘配额"},
    {"Operation not permitted", "不允许的操作"},
    {"Too many levels of symbolic links", "符号链接层数过多"},
    {"File name too long", "文件名过长"},
    {"Input/output error", "输入输出错误"},
    {"Connection refused", "连接被拒绝"},
    {"connection refused", "连接被拒绝"},
    {"connection reset by peer", "连接被对端重置"},
    {"broken pipe", "连接已断开"},
    {"no route to host", "没有到主机的路由"},
    {"network is unreachable", "网络不可达"},
    {"connection timed out", "连接超时"},
    {"Address already in use", "地址已被占用"},
    {"Cannot assign requested address", "本机没有该地址"},
};

}  // namespace

std::span<const Row> system_errors() {
  return kSystem;
}

}  // namespace livecert::translation
