#pragma once

namespace atalaya::store {

/// Makes libsodium ready, once. Before any other call to it.
void ready_sodium();

} // namespace atalaya::store
