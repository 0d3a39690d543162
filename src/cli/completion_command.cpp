#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/join.h"
#include "cli/commands.h"
#include "cli/language.h"

// Completion for shells, made from the existing commands.
namespace livecert::cli {
namespace {

// Visits every command below `app`, with the words that lead to it.
void walk(const CLI::App& app, const std::string& path,
          const std::function<void(const CLI::App&, const std::string&)>& visit) {
  visit(app, path);
  for (const CLI::App* command : shown_commands(app)) {
    walk(*command, path + " " + command->get_name(), visit);
  }
}

std::string words_of(const CLI::App& app) {
  std::string words;
  for (const CLI::App* command : shown_commands(app)) {
    words += (words.empty() ? "" : " ") + command->get_name();
  }
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += (words.empty() ? "--" : " --") + name;
  }
  return words;
}

// Returns the values that an option's type name lists, such as push|pull-flv.
std::string values_of(const CLI::Option& option) {
  std::string values = option.get_type_name();
  if (values.find('|') == std::string::npos || values.starts_with('[')) return {};
  std::ranges::replace(values, '|', ' ');
  return values;
}

// What only the service knows, by the name of the argument or option: words_command.cpp has these kinds.
std::string kind_of(const std::string& path, const CLI::Option& option) {
  const std::string name = option.get_positional() ? option.get_single_name() : option.get_lnames().front();
  if (name == "chain" || name == "chain-id") return "chains";
  if (name == "domain" || name == "domains") return "domains";
  if (name == "account" && path != " account add") return "accounts";
  if (name == "action") return "actions";
  const bool names_edge = path == " edge delete" && name == "name";
  const bool names_domain = path == " domain list" && name == "names";
  return names_edge ? "edges" : names_domain ? "domains" : "";
}

// The same for all arguments of a command, each kind once.
std::vector<std::string> kinds_of(const std::string& path, const CLI::App& app) {
  std::vector<std::string> kinds;
  for (const CLI::Option* option : app.get_options()) {
    const std::string kind = option->get_positional() ? kind_of(path, *option) : "";
    if (!kind.empty() && std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
  }
  return kinds;
}

std::string bash_script(const CLI::App& root) {
  std::string paths;
  std::string words;
  std::string values;
  walk(root, "", [&](const CLI::App& app, const std::string& path) {
    if (!path.empty()) paths += (paths.empty() ? "'" : " | '") + path + "'";
    words +=
        "    '" + path + "') words='" + words_of(app) + "' kinds='" + base::join(kinds_of(path, app), " ") + "' ;;\n";
    for (const CLI::Option* option : app.get_options()) {
      const std::string listed = values_of(*option);
      for (const std::string& name : option->get_lnames()) {
        const std::string kind = kind_of(path, *option);
        if (listed.empty() && kind.empty()) continue;
        values.append("    '").append(path).append(" --").append(name);
        values.append("') words='").append(listed).append("' kinds='").append(kind).append("' ;;\n");
      }
    }
  });
  return "_livecert() {\n"
         "  local path='' words='' kinds='' kind word current=${COMP_WORDS[COMP_CWORD]} "
         "previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD - 1}\"; do\n"
         "    case \"$path $word\" in\n"
         "      " +
         paths +
         ") path=\"$path $word\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$path $previous\" in\n" +
         values +
         "  esac\n"
         "  [ -n \"$words$kinds\" ] || case \"$path\" in\n" +
         words +
         "  esac\n"
         "  case \"$current\" in\n"
         "    -*) ;;\n"
         "    *) for kind in $kinds; do words+=\" $(livecert words \"$kind\" \"$current\" 2>/dev/null)\"; done ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "}\n"
         "complete -F _livecert livecert\n";
}

// Quotes the text as one argument for fish, which knows two escapes within single quotes (fish-doc, "Quotes").
std::string fish_quoted(std::string text) {
  for (const char special : {'\\', '\''}) {
    for (std::size_t at = text.find(special); at != std::string::npos; at = text.find(special, at + 2)) {
      text.insert(at, 1, '\\');
    }
  }
  return "'" + text + "'";
}

std::string fish_script(const CLI::App& root) {
  std::string script =
      "# The words of the command line that lead to a command, without options.\n"
      "function __livecert_path\n"
      "  set -l path\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    if contains -- \"$path $word\" $__livecert_paths\n"
      "      set path \"$path $word\"\n"
      "    end\n"
      "  end\n"
      "  echo \"$path\"\n"
      "end\n"
      "function __livecert_at\n"
      "  test (__livecert_path) = \"$argv\"\n"
      "end\n"
      "set -g __livecert_paths";
  std::string lines;
  walk(root, "", [&](const CLI::App& app, const std::string& path) {
    if (!path.empty()) script += " " + fish_quoted(path);
    const std::string begin = "complete -c livecert -n " + fish_quoted("__livecert_at " + fish_quoted(path)) + " ";
    for (const CLI::App* command : shown_commands(app)) {
      lines.append(begin).append("-f -a ").append(fish_quoted(command->get_name()));
      lines.append(" -d ").append(fish_quoted(command->get_description())).append("\n");
    }
    for (const std::string& kind : kinds_of(path, app)) {
      lines.append(begin).append("-a ").append(
          fish_quoted("(livecert words " + kind + " (commandline -ct) 2>/dev/null)"));
      lines += "\n";
    }
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) {
        lines.append(begin).append("-l ").append(name);
        lines.append(" -d ").append(fish_quoted(option->get_description()));
        if (const std::string listed = values_of(*option); !listed.empty()) lines += " -x -a " + fish_quoted(listed);
        if (const std::string kind = kind_of(path, *option); !kind.empty()) {
          lines += " -x -a " + fish_quoted("(livecert words " + kind + " (commandline -ct) 2>/dev/null)");
        } else if (option->get_expected_min() > 0 && values_of(*option).empty()) {
          lines += " -r";
        }
        lines += "\n";
      }
    }
  });
  return script + "\n" + lines;
}

}  // namespace

void add_completion_command(CLI::App& root, Command& chosen) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command =
      root.add_subcommand("completion", tr("Print a completion script: eval \"$(livecert completion bash)\"",
                                           "打印补全脚本：eval \"$(livecert completion bash)\""));
  command->add_option("shell", *shell, "bash, zsh, fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&root, shell, &chosen] {
    chosen = [&root, shell]() -> base::Result<int> {
      // For zsh, the first line makes it understand bash's completion.
      if (*shell == "fish") {
        std::cout << fish_script(root);
        return 0;
      }
      if (*shell == "zsh") std::cout << "autoload -U +X compinit bashcompinit && compinit -C && bashcompinit\n";
      std::cout << bash_script(root);
      return 0;
    };
  });
}

}  // namespace livecert::cli
