// The command line: see docs/interface.md. Errors are one line on standard
// error, `atalaya: what: why; what to do`; exit code 1 failed, 2 wrong use.

#include <csignal>
#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "check.hpp"
#include "config/find.hpp"
#include "config/load.hpp"
#include "config/values.hpp"
#include "serve.hpp"
#include "store/commands.hpp"
#include "version.hpp"

namespace atalaya {

namespace {

/// Something the user wrote is wrong: exit code 2.
class wrong_use : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// All that can be said on the command line.
struct arguments {
  std::string config;
  std::string data;
  std::string listen;
  std::string name;
  std::string role;
  std::string label;
  std::optional<std::string> expires;
  bool password_stdin = false;
  bool dry_run = false;
};

using command = std::function<int(const config::configuration&)>;

config::configuration settings_of(const arguments& given) {
  config::configuration result;
  if (auto file = config::find_file(given.config))
    result = config::load(*file);
  if (!given.data.empty())
    result.server.data_dir = given.data;
  if (!given.listen.empty()) {
    auto at = config::parse_endpoint(given.listen);
    if (!at)
      throw wrong_use{"--listen " + given.listen
                      + ": is no HOST:PORT; write 127.0.0.1:8420"};
    result.server.listen = *at;
  }
  return result;
}

std::optional<std::chrono::seconds>
lifetime_of(const std::optional<std::string>& text) {
  if (!text)
    return std::nullopt;
  auto result = config::parse_duration(*text);
  if (!result || result->count() == 0)
    throw wrong_use{"--expires \"" + *text + "\": is no duration; write 90d"};
  return result;
}

int serve_command(const config::configuration& settings) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("atalaya"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                      spdlog::pattern_time_type::utc);
  spdlog::set_level(spdlog::level::from_str(settings.server.log_level));
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN); // a write that is refused says so itself
  serve(settings);
  return 0;
}

/// This version runs no schedules, so it deletes nothing; it says just that.
int retention_command(const arguments& given) {
  if (!given.dry_run)
    throw wrong_use{"retention: deletes nothing by hand; write --dry-run"};
  std::cout << "Nothing would be deleted: this version runs no schedules.\n";
  return 0;
}

/// Adds the sub-command `name`; `chosen` is what runs when it is given.
CLI::App* add(CLI::App& to, const std::string& name, const std::string& about,
              command& chosen, command what) {
  auto sub = to.add_subcommand(name, about);
  sub->fallthrough();
  sub->callback([&chosen, what] { chosen = what; });
  return sub;
}

void add_users(CLI::App& to, arguments& given, command& chosen) {
  auto user = to.add_subcommand("user", "Who may sign in");
  user->require_subcommand(1)->fallthrough();
  auto make = add(*user, "add", "Adds a user", chosen, [&](const auto& x) {
    return store::user_add(x.server.data_dir, given.name, given.role,
                           given.password_stdin);
  });
  make->add_option("name", given.name)->required();
  make->add_option("--role", given.role, "viewer, operator or admin")
    ->required();
  make->add_flag("--password-stdin", given.password_stdin,
                 "reads the password from standard input");
  add(*user, "list", "Prints the users", chosen,
      [](const auto& x) { return store::user_list(x.server.data_dir); });
  add(*user, "remove", "Removes a user", chosen,
      [&](const auto& x) {
        return store::user_remove(x.server.data_dir, given.name);
      })
    ->add_option("name", given.name)
    ->required();
  auto set = add(*user, "password", "Sets a new password", chosen,
                 [&](const auto& x) {
                   return store::user_password(x.server.data_dir, given.name,
                                               given.password_stdin);
                 });
  set->add_option("name", given.name)->required();
  set->add_flag("--password-stdin", given.password_stdin,
                "reads the password from standard input");
}

void add_tokens(CLI::App& to, arguments& given, command& chosen) {
  auto token = to.add_subcommand("token", "Tokens for other programs");
  token->require_subcommand(1)->fallthrough();
  auto make = add(*token, "create", "Prints a new token, this once", chosen,
                  [&](const auto& x) {
                    return store::token_create(x.server.data_dir, given.name,
                                               given.label,
                                               lifetime_of(given.expires));
                  });
  make->add_option("--user", given.name, "whose rights it has")->required();
  make->add_option("--label", given.label, "what it is for")->required();
  make->add_option("--expires", given.expires, "after how long, as 90d");
  add(*token, "list", "Prints the tokens", chosen,
      [](const auto& x) { return store::token_list(x.server.data_dir); });
  add(*token, "revoke", "Ends a token", chosen,
      [&](const auto& x) {
        return store::token_revoke(x.server.data_dir, given.name);
      })
    ->add_option("id", given.name)
    ->required();
}

int run(int argc, char** argv) {
  arguments given;
  command chosen = serve_command;
  CLI::App app{"Looks after Odoo instances", "atalaya"};
  app.add_option("--config", given.config, "the configuration file");
  app.add_option("--data", given.data, "the data directory");
  app.require_subcommand(0, 1);
  add(app, "serve", "The server; what is done when no command is given", chosen,
      serve_command)
    ->add_option("--listen", given.listen, "HOST:PORT");
  add(app, "check", "Prints what can be reached, a line each", chosen, check);
  add(app, "discover", "Prints an [[instance]] for each Odoo there is", chosen,
      discover);
  add_users(app, given, chosen);
  add_tokens(app, given, chosen);
  add(app, "retention", "What would be deleted now, and why", chosen,
      [&](const auto&) { return retention_command(given); })
    ->add_flag("--dry-run", given.dry_run);
  auto show_version = add(app, "version", "Prints the version", chosen, {});
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    throw wrong_use{std::string{e.what()} + "; see atalaya --help"};
  }
  if (show_version->parsed()) {
    std::cout << version << '\n';
    return 0;
  }
  return chosen(settings_of(given));
}

} // namespace

} // namespace atalaya

int main(int argc, char** argv) {
  try {
    return atalaya::run(argc, argv);
  } catch (const atalaya::wrong_use& e) {
    std::cerr << "atalaya: " << e.what() << '\n';
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "atalaya: " << e.what() << '\n';
    return 1;
  }
}
