#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/language.h"

// Manual pages in the language of man(7), made from the existing commands, in the chosen language.
namespace livecert::cli {
namespace {

// Escapes text that must be printed unchanged: groff would take a backslash for an escape, a hyphen for a typographic
// one, and a dot or an apostrophe at the beginning of a line for a request (groff(7)).
std::string escaped(std::string_view text) {
  std::string out = "\\&";
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\n') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string placeholder(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.empty() || type.starts_with("TEXT") ? "VALUE" : type;
}

std::string flags_of(const CLI::Option& option) {
  std::string flags;
  for (const std::string& name : option.get_snames()) flags += (flags.empty() ? "" : ", ") + bold("-" + name);
  for (const std::string& name : option.get_lnames()) flags += (flags.empty() ? "" : ", ") + bold("--" + name);
  if (option.get_expected_max() > 0) {
    const bool may_be_left = option.get_expected_min() == 0;
    flags += (may_be_left ? " [\\fI" : " \\fI") + escaped(placeholder(option)) + (may_be_left ? "\\fR]" : "\\fR");
  }
  return flags;
}

std::string words_of_positional(const CLI::Option& option) {
  std::string word = "\\fI" + escaped(option.get_name()) + "\\fR";
  if (option.get_expected_max() > 1) word += "...";
  return option.get_required() ? word : "[" + word + "]";
}

std::string synopsis(const CLI::App& app, const std::string& path) {
  std::string line = bold(path);
  std::string last;
  bool has_flags = false;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      last += " " + words_of_positional(*option);
    } else if (option->get_required()) {
      line += " " + flags_of(*option);
    } else {
      has_flags = true;
    }
  }
  if (has_flags) line += " [\\fI" + escaped(tr("OPTION", "选项")) + "\\fR]...";
  return line + last;
}

// The lines of text that a command has below its options, such as examples, unfilled.
std::string below(const CLI::App& app) {
  std::istringstream lines(app.get_footer());
  std::string text;
  for (std::string line; std::getline(lines, line);) text += escaped(line) + "\n";
  return text.empty() ? text : ".PP\n.nf\n" + text + ".fi\n";
}

// What a command does, its options and examples; then the same of the commands below it.
void append_command(std::string& page, const CLI::App& app, const std::string& path) {
  page += ".SS " + escaped(path) + "\n" + synopsis(app, path) + "\n.PP\n" + escaped(app.get_description()) + "\n";
  for (const CLI::Option* option : app.get_options()) {
    const bool is_help = option->check_lname("help");
    if (is_help) continue;
    page += ".TP\n" + (option->get_positional() ? words_of_positional(*option) : flags_of(*option)) + "\n" +
            escaped(option->get_description()) + "\n";
  }
  page += below(app);
  for (const CLI::App* command : shown_commands(app)) append_command(page, *command, path + " " + command->get_name());
}

std::string begin_page(const std::string& name, const std::string& what, const std::string& version) {
  // lexgrog(1), which makes the index of pages, wants the name without any escape.
  return ".TH \"" + name + "\" 1 \"\" \"" + version + "\"\n.SH " + tr("NAME", "名称") + "\n" + name + " \\- " +
         escaped(what).substr(2) + "\n";
}

std::string root_page(const CLI::App& root) {
  std::string page =
      begin_page("livecert", tr("a certificate service for live streaming", "面向直播的证书服务"), root.version());
  page += ".SH " + tr("SYNOPSIS", "概要") + "\n" + bold("livecert") + " \\fI" + escaped(tr("COMMAND", "命令")) +
          "\\fR ...\n";
  page += ".SH " + tr("COMMANDS", "命令") + "\n";
  for (const CLI::App* command : shown_commands(root)) {
    page += ".TP\n\\fBlivecert\\-" + command->get_name() + "\\fR(1)\n" + escaped(command->get_description()) + "\n";
  }
  page += ".SH " + tr("OPTIONS", "选项") + "\n";
  for (const CLI::Option* option : root.get_options()) {
    page += ".TP\n" + flags_of(*option) + "\n" + escaped(option->get_description()) + "\n";
  }
  page += ".SH " + tr("FILES", "文件") + "\n.TP\n/etc/livecert/livecert.toml\n" +
          escaped(tr("the settings of the packaged service", "软件包安装的服务的配置")) +
          "\n.TP\n/etc/livecert/master.key\n" +
          escaped(tr("its master key: back it up apart from the store", "其主密钥：请与存储分开备份")) +
          "\n.TP\n/var/lib/livecert\n" + escaped(tr("its store", "其存储")) + "\n";
  return page;
}

std::string command_page(const CLI::App& root, const CLI::App& command) {
  std::string page = begin_page("livecert-" + command.get_name(), command.get_description(), root.version());
  page += ".SH " + tr("DESCRIPTION", "说明") + "\n";
  append_command(page, command, "livecert " + command.get_name());
  return page + ".SH " + tr("SEE ALSO", "另见") + "\n.BR livecert (1)\n";
}

}  // namespace

void add_manual_command(CLI::App& root, Command& chosen) {
  const auto name = std::make_shared<std::string>();
  CLI::App* command = root.add_subcommand("manual", tr("Print a manual page: livecert manual cert | man -l -",
                                                       "打印手册页：livecert manual cert | man -l -"));
  command->add_option("command", *name,
                      tr("The command that the page is about; without it, livecert itself",
                         "手册页所述的命令；省略时为 livecert 本身"));
  command->callback([&root, name, &chosen] {
    chosen = [&root, name]() -> base::Result<int> {
      if (name->empty()) {
        std::cout << root_page(root);
        return 0;
      }
      for (const CLI::App* found : shown_commands(root)) {
        if (found->get_name() != *name) continue;
        std::cout << command_page(root, *found);
        return 0;
      }
      return base::Error{base::ErrorCode::kConfiguration, tr("there is no command named ", "没有这个命令：") + *name};
    };
  });
}

}  // namespace livecert::cli
