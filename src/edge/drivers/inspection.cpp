#include "edge/drivers/inspection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "edge/drivers/claim.h"
#include "edge/drivers/folder.h"

namespace livecert::edge {
namespace {

using base::Result;

// The rights with which a process reads files.
struct Reader {
  unsigned user = 0;
  std::vector<unsigned> groups;

  [[nodiscard]] bool may(const struct stat& status, unsigned wanted) const {
    if (user == 0) return true;
    const unsigned mode = status.st_mode;
    if (status.st_uid == user) return (mode >> 6U & wanted) == wanted;
    if (std::ranges::find(groups, status.st_gid) != groups.end()) return (mode >> 3U & wanted) == wanted;
    return (mode & wanted) == wanted;
  }
};

// Empty: the server does not read with the rights of its own user.
std::string_view reader_of(Kind kind) {
  switch (kind) {
    case Kind::kNginx:
      return "nginx";
    case Kind::kSrs:
      return "srs";
    default:
      return "";
  }
}

std::vector<unsigned> numbers_of(const std::string& line) {
  std::istringstream words(line);
  std::vector<unsigned> numbers;
  for (unsigned number = 0; words >> number;) numbers.push_back(number);
  return numbers;
}

// Reads the lines "Uid: real effective saved filesystem", "Gid: …" and "Groups: …" of a process's status.
Reader read_reader(const std::filesystem::path& process) {
  constexpr std::size_t kFilesystem = 3;
  Reader reader;
  std::ifstream status(process / "status");
  for (std::string line; std::getline(status, line);) {
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string name = line.substr(0, colon);
    if (name != "Uid" && name != "Gid" && name != "Groups") continue;
    const std::vector<unsigned> numbers = numbers_of(line.substr(std::min(colon + 1, line.size())));
    if (name == "Groups") {
      reader.groups.insert(reader.groups.end(), numbers.begin(), numbers.end());
    } else if (numbers.size() > kFilesystem) {
      if (name == "Uid") reader.user = numbers[kFilesystem];
      if (name == "Gid") reader.groups.push_back(numbers[kFilesystem]);
    }
  }
  return reader;
}

// A master process runs as root and reads nothing at a handshake, so a process of another user counts first.
std::optional<Reader> find_reader(std::string_view program) {
  std::optional<Reader> found;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failure)) {
    std::string name;
    std::ifstream comm(entry.path() / "comm");
    if (!std::getline(comm, name) || name != program) continue;
    Reader reader = read_reader(entry.path());
    if (reader.user != 0) return reader;
    found = std::move(reader);
  }
  return found;
}

std::string refused(const Reader& reader, std::string_view program, std::string_view act,
                    const std::filesystem::path& path) {
  return std::string(program) + " runs as " + user_name(reader.user) + ", who may not " + std::string(act) + " " +
         path.string() + ": set group and mode of the edge so that it may (docs/edges.md, \"Who may read\")";
}

// A folder or file on the way that the reader may not use.
struct Obstacle {
  std::filesystem::path path;
  bool is_folder = false;
};

// nullopt: none, or it cannot be seen.
std::optional<Obstacle> find_obstacle(const Reader& reader, const std::filesystem::path& file) {
  std::filesystem::path way;
  struct stat status {};
  for (const std::filesystem::path& part : file) {
    way /= part;
    if (::stat(way.c_str(), &status) != 0) return std::nullopt;
    const bool is_folder = S_ISDIR(status.st_mode);
    if (!reader.may(status, is_folder ? S_IXOTH : S_IROTH)) return Obstacle{way, is_folder};
  }
  return std::nullopt;
}

// "livecert", or the number of a group without a name.
std::string group_name(gid_t number) {
  std::array<char, 16384> names{};
  group entry{};
  group* found = nullptr;
  const bool has_name = ::getgrgid_r(number, &entry, names.data(), names.size(), &found) == 0 && found != nullptr;
  return has_name ? entry.gr_name : std::to_string(number);
}

// Why the reader may not read a file of the definition's owner, group and mode.
std::optional<Closed> explain_closed_file(const Definition& definition, const Reader& reader,
                                          std::string_view program) {
  struct stat file {};
  file.st_uid = definition.access.user.value_or(::geteuid());
  file.st_gid = definition.access.group.value_or(::getegid());
  file.st_mode = definition.access.mode;
  if (reader.may(file, S_IROTH)) return std::nullopt;
  const std::string user = user_name(reader.user);
  const std::string group = group_name(file.st_gid);
  const bool is_for_group = (definition.access.mode & S_IRGRP) != 0;
  Closed closed;
  if (file.st_gid == 0) {
    // Nobody should be in root's group because of a certificate.
    closed.text = std::string(program) + " runs as " + user +
                  ", who may not read the files of this edge: they belong to " + user_name(file.st_uid) +
                  " and the group " + group + ". Give the edge that user's group: group = \"" + user +
                  "\" and mode = \"0640\"";
    closed.command = "editor /etc/livecert/livecert.toml && systemctl reload livecert";
    return closed;
  }
  closed.text = std::string(program) + " runs as " + user +
                ", who may not read the files of this edge: they belong to " + user_name(file.st_uid) +
                " and the group " + group +
                (is_for_group ? ", and that user is not in the group"
                              : ", and the edge's mode shuts the group out: set mode = \"0640\" too");
  closed.command =
      "usermod -a -G " + group + " " + user + " && systemctl restart " + std::string(program) + " livecert";
  return closed;
}

}  // namespace

std::optional<Closed> explain_closed(const Definition& definition) {
  const std::string_view program = reader_of(definition.kind);
  const auto reader = program.empty() ? std::nullopt : find_reader(program);
  if (!reader) return std::nullopt;
  std::error_code missing;
  const std::filesystem::path folder = std::filesystem::canonical(place_of(definition).full(), missing);
  if (missing) return std::nullopt;
  if (const auto obstacle = find_obstacle(*reader, folder)) {
    return Closed{
        std::string(program) + " runs as " + user_name(reader->user) + ", who may not enter " + obstacle->path.string(),
        "setfacl -m u:" + user_name(reader->user) + ":x " + obstacle->path.string()};
  }
  return explain_closed_file(definition, *reader, program);
}

Result<void> inspect_place(const Definition& definition, const std::string& store) {
  if (definition.kind == Kind::kCaddy) return {};
  const Place place = place_of(definition);
  TRY_ASSIGN(const Folder folder, Folder::open(place));
  if (::faccessat(folder.descriptor(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return folder.failure(".", "cannot be written");
  }
  TRY(check_store(definition, store));
  return definition.folder_root.empty() ? Result<void>() : check_claim(place);
}

std::optional<std::string> explain_unreadable(const Definition& definition, const std::string& domain) {
  const std::string_view program = reader_of(definition.kind);
  if (program.empty()) return std::nullopt;
  const auto reader = find_reader(program);
  if (!reader) return std::nullopt;
  std::error_code missing;
  const std::filesystem::path named =
      definition.kind == Kind::kSrs ? definition.file : definition.directory / (domain + ".pem");
  const std::filesystem::path file = std::filesystem::canonical(named, missing);
  if (missing) return std::nullopt;
  const auto obstacle = find_obstacle(*reader, file);
  if (!obstacle) return std::nullopt;
  return refused(*reader, program, obstacle->is_folder ? "enter" : "read", obstacle->path);
}

}  // namespace livecert::edge
