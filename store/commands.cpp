#include "store/commands.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include "store/ask_password.hpp"
#include "store/data_dir.hpp"
#include "store/error.hpp"
#include "store/password.hpp"
#include "store/users_file.hpp"

namespace atalaya::store {

namespace {

namespace fs = std::filesystem;

/// Runs `f` and says in one line what it throws.
template <class F>
int attempt(F f) {
  try {
    f();
    return 0;
  } catch (const wrong_use& e) {
    std::cerr << "atalaya: " << e.what() << '\n';
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "atalaya: " << e.what() << '\n';
    return 1;
  }
}

role parse_role(const std::string& text) {
  auto result = role::viewer;
  if (!from_string(text, result))
    throw wrong_use{"role \"" + text
                    + "\": there is none of this name; write viewer, operator "
                      "or admin"};
  return result;
}

std::string in_words(const std::optional<timestamp>& x) {
  std::string result;
  if (!x)
    return "never";
  append_rfc3339(result, *x);
  return result;
}

timestamp now() {
  return atalaya::now();
}

/// Without making the directory: looking leaves no traces.
users existing_users(const fs::path& data) {
  return read_users(data / "users.toml");
}

void change_users(const fs::path& data,
                  const std::function<void(users&)>& change) {
  edit_users(data_dir{data}.users_file(), change);
}

/// Refuses what `change` would refuse, before anybody types a password.
void rehearse(const fs::path& data, const std::function<void(users&)>& change) {
  auto copy = existing_users(data);
  change(copy);
}

} // namespace

int user_add(const fs::path& data, const std::string& name,
             const std::string& role, bool password_stdin) {
  return attempt([&] {
    user x{name, parse_role(role), {}};
    auto add = [&](users& to) { add_user(to, x); };
    rehearse(data, add);
    x.password = hash_password(ask_password(password_stdin));
    change_users(data, add);
  });
}

int user_list(const fs::path& data) {
  return attempt([&] {
    auto all = existing_users(data);
    size_t width = 0;
    for (auto& x : all.members)
      width = std::max(width, x.name.size());
    for (auto& x : all.members)
      std::cout << std::left << std::setw(static_cast<int>(width)) << x.name
                << "  " << to_string(x.role) << '\n';
  });
}

int user_remove(const fs::path& data, const std::string& name) {
  return attempt([&] {
    auto remove = [&](users& from) { remove_user(from, name); };
    rehearse(data, remove);
    change_users(data, remove);
  });
}

int user_password(const fs::path& data, const std::string& name,
                  bool password_stdin) {
  return attempt([&] {
    std::string hash;
    auto change = [&](users& in) { set_password(in, name, hash); };
    rehearse(data, change);
    hash = hash_password(ask_password(password_stdin));
    change_users(data, change);
  });
}

int token_create(const fs::path& data, const std::string& user,
                 const std::string& label,
                 std::optional<std::chrono::seconds> lifetime) {
  return attempt([&] {
    issued_token issued;
    auto create = [&](users& in) {
      issued = create_token(in, user, label, now(), lifetime);
    };
    rehearse(data, create);
    change_users(data, create);
    std::cout << issued.text << '\n';
    std::cerr << "Token " << issued.token.id
              << ", shown only now, expires: " << in_words(issued.token.expires)
              << '\n';
  });
}

int token_list(const fs::path& data) {
  return attempt([&] {
    auto all = existing_users(data);
    size_t width = 0;
    for (auto& x : all.tokens)
      width = std::max(width, x.user.size());
    for (auto& x : all.tokens)
      std::cout << x.id << "  " << std::left
                << std::setw(static_cast<int>(width)) << x.user << "  "
                << in_words(x.created) << "  " << std::setw(24)
                << in_words(x.expires) << "  " << x.label << '\n';
  });
}

int token_revoke(const fs::path& data, const std::string& id) {
  return attempt([&] {
    auto revoke = [&](users& in) { revoke_token(in, id); };
    rehearse(data, revoke);
    change_users(data, revoke);
  });
}

} // namespace atalaya::store
