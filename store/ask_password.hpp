#pragma once

#include <string>

namespace atalaya::store {

/// A new password: the one line of standard input where `from_stdin`, else
/// typed twice at the terminal, without echo. Throws `wrong_use` where there
/// is no terminal, `error` where the two differ or `check_password` refuses.
std::string ask_password(bool from_stdin);

} // namespace atalaya::store
