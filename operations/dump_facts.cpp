#include "operations/dump_facts.hpp"

#include <algorithm>

namespace atalaya {

namespace {

namespace asio = boost::asio;
namespace pg = net::pg;

/// Every attachment of a big database.
constexpr auto patience = std::chrono::minutes{5};

asio::awaitable<pg::result> ask(pg::connection& on, const char* sql) {
  std::vector<pg::value> none;
  co_return co_await on.query(sql, std::move(none), patience);
}

/// Ordinary tables of Odoo's schema only: a view could be anybody's code.
bool has(const dump_catalog& catalog, std::string_view table,
         std::string_view column) {
  return std::ranges::any_of(catalog.tables, [&](const dump_table& x) {
    auto columns = ", " + x.columns + ',';
    return x.schema == "public" && x.name == table
           && columns.find(", " + std::string{column} + ',') != columns.npos;
  });
}

} // namespace

asio::awaitable<void>
read_facts(pg::connection& on, const dump_catalog& catalog, dump_result& to) {
  to.server_version = on.server_version();
  to.server_version_num = catalog.server_version;
  for (const auto& x : catalog.tables)
    to.table_bytes += x.bytes;
  if (has(catalog, "ir_module_module", "latest_version")) {
    auto modules
      = co_await ask(on, "SELECT name, latest_version, state = 'installed' "
                         "FROM public.ir_module_module "
                         "WHERE state = 'installed' "
                         "OR name = 'base'");
    for (int i = 0; i < modules.rows(); ++i) {
      if (modules.flag(i, 2))
        to.modules.emplace(modules.text(i, 0), modules.text(i, 1));
      if (modules.text(i, 0) == "base")
        to.base_version = modules.optional_text(i, 1);
    }
  }
  if (has(catalog, "ir_attachment", "store_fname")) {
    auto names = co_await ask(on, "SELECT DISTINCT store_fname "
                                  "FROM public.ir_attachment "
                                  "WHERE store_fname IS NOT NULL");
    for (int i = 0; i < names.rows(); ++i)
      to.attachments.emplace_back(names.text(i, 0));
  }
}

} // namespace atalaya
