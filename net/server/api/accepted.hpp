#pragma once

#include "actors/reflect/write_json.hpp"
#include "net/server/call.hpp"

namespace atalaya::net::web::api {

/// 202: the work goes on as the operation at its Location.
inline answer accepted(const call& c, const operation& x) {
  auto result = json_answer(to_json(x), 202);
  result.headers.emplace_back("Location", c.to.options.base_path
                                            + "api/operations/"
                                            + percent_encode(x.id));
  return result;
}

} // namespace atalaya::net::web::api
