#include <algorithm>
#include <array>

#include "odoo/zip_files.hpp"

namespace atalaya::odoo {

namespace {

using namespace std::string_view_literals;

struct signature {
  std::string_view bytes;
  size_t offset = 0;
};

constexpr auto signatures = std::array{
  signature{"\xff\xd8\xff"sv},      // JPEG
  signature{"\x89PNG\r\n\x1a\n"sv}, // PNG
  signature{"GIF8"sv},              // GIF
  signature{"WEBP"sv, 8},           // WebP, in RIFF
  signature{"PK\x03\x04"sv},        // zip, .docx, .xlsx, .odt
  signature{"\x1f\x8b\x08"sv},      // gzip
  signature{"BZh"sv},               // bzip2
  signature{"\xfd"
            "7zXZ\0"sv},             // xz
  signature{"\x28\xb5\x2f\xfd"sv},   // Zstandard
  signature{"7z\xbc\xaf\x27\x1c"sv}, // 7-Zip
  signature{"Rar!\x1a\x07"sv},       // RAR
  signature{"ftyp"sv, 4},            // MP4, MOV, HEIC, AVIF
  signature{"\x1a\x45\xdf\xa3"sv},   // Matroska, WebM
  signature{"OggS"sv},               // Ogg
  signature{"ID3"sv},                // MP3
  signature{"fLaC"sv},               // FLAC
  signature{"wOFF"sv},               // WOFF
  signature{"wOF2"sv},               // WOFF2
};

} // namespace

bool is_packed_kind(std::string_view head) {
  return std::ranges::any_of(signatures, [head](const signature& x) {
    return head.size() >= x.offset
           && head.substr(x.offset).starts_with(x.bytes);
  });
}

} // namespace atalaya::odoo
