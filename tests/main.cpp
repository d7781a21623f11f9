// Brings main(): CAF's test runner.
#include <caf/test/unit_test_impl.hpp>
