#pragma once

// What is known of the databases of one cluster, and which of them are worth
// another question. Pure: no sockets, no clock but the one handed in.
//
// A database is asked again for its size and for Odoo's own tables when rows
// were written in it since, at most every 10 s, and in any case every 5 min
// (a session that does nothing keeps its counters to itself). One that has
// appeared while we watched is asked every 2 s for its first minute, until
// Odoo has made its tables.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/messages.hpp"

namespace atalaya::net::pg {

/// A database as PostgreSQL's own tables show it at one moment.
struct sighting {
  uint32_t oid = 0;
  std::string name;
  bool listed = false; ///< By Odoo's rule, facts/odoo.md 1.3.
  bool open = false;   ///< We may connect to it.
  uint32_t connections = 0;
  uint64_t writes = 0; ///< Rows ever written. Begins anew after a crash.
};

/// What the tables of one database say.
struct details {
  uint32_t oid = 0;
  bool has_modules = false;
  std::optional<std::string> base_version;
  bool neutralized = false;
};

class roster {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// These are all databases there are now.
  void sighted(std::vector<sighting> all, time_point now);

  /// Which databases to measure now. They count as asked from here on.
  std::vector<uint32_t> to_measure(time_point now);

  /// Null: nobody tells us.
  void measured(uint32_t oid, std::optional<uint64_t> bytes, timestamp at);

  /// The question was not answered: what is known stays, ask again.
  void not_measured(const std::vector<uint32_t>& oids);

  /// Which databases to look into now. They count as asked from here on.
  std::map<uint32_t, std::string> to_inspect(time_point now);

  /// Null: it could not be looked into; what is known stays, ask again.
  void inspected(uint32_t oid, std::optional<details> found);

  /// All that is known may be another cluster's: ask again for everything.
  void suspect_all();

  /// The rows of a catalog, ordered by name.
  std::vector<catalog_row> rows() const;

private:
  struct question {
    time_point asked_at;
    std::optional<uint64_t> writes; ///< At that time; null: ask again.
  };

  struct entry {
    sighting seen;
    catalog_row row;
    bool newcomer = false; ///< It appeared while we watched.
    bool entered = false;  ///< A newcomer that we have looked into.
    time_point first_seen;
    std::optional<question> size;
    std::optional<question> inside;
  };

  static bool due(const std::optional<question>& last, const sighting& seen,
                  time_point now);

  static bool being_made(const entry& x, time_point now);

  std::map<uint32_t, entry> entries_;
  bool looked_before_ = false;
};

} // namespace atalaya::net::pg
