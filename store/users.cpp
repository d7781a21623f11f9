#include "store/users.hpp"

#include <algorithm>

#include "store/error.hpp"
#include "store/secret.hpp"

namespace atalaya::store {

namespace {

constexpr size_t most = 10'000;

user& existing(users& in, std::string_view name) {
  auto found = std::find_if(in.members.begin(), in.members.end(),
                            [&](const user& x) { return x.name == name; });
  if (found == in.members.end())
    throw error{"user " + std::string{name}
                + ": there is none of this name; see atalaya user list"};
  return *found;
}

template <class T>
void check_room(const std::vector<T>& xs, const char* what) {
  if (xs.size() >= most)
    throw error{std::string{what} + ": there are 10000 already; remove some"};
}

} // namespace

bool is_user_name(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '@'
           || c == '-';
  };
  return !text.empty() && text.size() <= 64
         && std::all_of(text.begin(), text.end(), allowed);
}

bool is_label(std::string_view text) {
  auto control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
  };
  return !text.empty() && text.size() <= 100
         && std::none_of(text.begin(), text.end(), control);
}

const user* find_user(const users& in, std::string_view name) {
  auto found = std::find_if(in.members.begin(), in.members.end(),
                            [&](const user& x) { return x.name == name; });
  return found == in.members.end() ? nullptr : &*found;
}

void add_user(users& to, user x) {
  if (!is_user_name(x.name))
    throw wrong_use{"user \"" + x.name
                    + "\": no name for a user; write 1 to 64 of the "
                      "characters A-Z, a-z, 0-9, ., _, @ and -"};
  if (find_user(to, x.name) != nullptr)
    throw error{"user " + x.name
                + ": there is one already; remove it first, or give it a new "
                  "password with atalaya user password"};
  check_room(to.members, "users");
  to.members.push_back(std::move(x));
}

void remove_user(users& from, std::string_view name) {
  existing(from, name);
  std::erase_if(from.tokens, [&](const token& x) { return x.user == name; });
  std::erase_if(from.members, [&](const user& x) { return x.name == name; });
}

void set_password(users& in, std::string_view name, std::string hash) {
  existing(in, name).password = std::move(hash);
}

issued_token create_token(users& in, const std::string& user,
                          const std::string& label, timestamp now,
                          std::optional<std::chrono::seconds> lifetime) {
  existing(in, user);
  if (!is_label(label))
    throw wrong_use{"token: its label is empty, long or has control "
                    "characters; write 1 to 100 bytes"};
  check_room(in.tokens, "tokens");
  issued_token result;
  result.text = "atl_" + make_secret();
  auto& x = result.token;
  x = {make_id(4), user, label, fingerprint(result.text), now, std::nullopt};
  if (lifetime)
    x.expires = now + *lifetime;
  in.tokens.push_back(x);
  return result;
}

token revoke_token(users& in, std::string_view id) {
  auto found = std::find_if(in.tokens.begin(), in.tokens.end(),
                            [&](const token& x) { return x.id == id; });
  if (found == in.tokens.end())
    throw error{"token " + std::string{id}
                + ": there is none of this id; see atalaya token list"};
  auto result = std::move(*found);
  in.tokens.erase(found);
  return result;
}

} // namespace atalaya::store
