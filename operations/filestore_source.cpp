#include "operations/filestore_source.hpp"

#include "operations/container_filestore.hpp"
#include "operations/linked_filestore.hpp"

namespace atalaya {

std::unique_ptr<filestore_source> open_filestore(context& ctx) {
  if (!odoo::is_folder_name(ctx.request.target))
    throw operation_failure{
      "a database of this name can have no filestore, so "
      "it can't be backed up as a zip; rename it, or back "
      "up the database alone"};
  std::string why = "its path is not known";
  if (!ctx.plan.filestore.empty()) {
    try {
      return open_linked_filestore(ctx);
    } catch (const std::system_error& e) {
      why = e.what();
    }
  }
  ctx.log("the filestore is read through the engine: " + why);
  return open_container_filestore(ctx);
}

} // namespace atalaya
