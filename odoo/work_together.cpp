#include "odoo/work_together.hpp"

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

namespace atalaya::odoo {

namespace {

bool add_thread(std::vector<std::jthread>& to, const std::function<void()>& f) {
  try {
    to.emplace_back(f);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

} // namespace

size_t archive_threads() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 16);
}

void work_together(size_t threads, const std::function<void()>& f) {
  std::vector<std::jthread> others;
  while (others.size() + 1 < threads && add_thread(others, f)) {
    // nop
  }
  f();
}

} // namespace atalaya::odoo
