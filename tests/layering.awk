# Reads FILE:LINE:TEXT of sources and of CMake lists.
BEGIN {
  allow["actors/model"] = "actors/model"
  allow["actors"] = "actors actors/model"
  allow["odoo"] = "odoo"
  allow["config"] = "config"
  allow["store"] = "store actors actors/model"
  allow["net"] = "net actors actors/model config"
  allow["operations"] = \
    "operations net odoo store actors actors/model config"
}

{
  split($0, place, ":")
  file = place[1]
  at = file ":" place[2]
  text = substr($0, length(at) + 2)
}

file !~ /CMakeLists/ {
  split(text, quoted, "\"")
  sources++
  if (system("test -e '" quoted[2] "'") != 0)
    fault(at, "\"" quoted[2] "\" is not a path from the root")
  else
    judge(at, folder(file), folder(quoted[2]))
}

# A link line may come before the library that it names.
file ~ /CMakeLists/ {
  while (match(text, /atalaya_[a-z_]+|\)/)) {
    word = substr(text, RSTART, RLENGTH)
    text = substr(text, RSTART + RLENGTH)
    if (word == "atalaya_library")
      library = "?"
    else if (library == "?")
      home[library = word] = \
        word == "atalaya_model" ? "actors/model" : folder(file)
    else if (word == ")")
      library = ""
    else if (library != "")
      links[++link_count] = at " " library " " word
  }
}

END {
  for (i = 1; i <= link_count; i++) {
    split(links[i], link, " ")
    if (link[3] in home)
      judge(link[1], home[link[2]], home[link[3]])
  }
  if (!sources || !link_count)
    fault("layering", "found nothing to look at")
  printf "%d includes and %d links, %d against the rule\n", \
    sources, link_count, faults
  exit faults > 0
}

function folder(path) {
  if (path ~ /^actors\/model\//)
    return "actors/model"
  sub(/\/.*/, "", path)
  return path
}

function judge(at, from, to) {
  if (index(" " allow[from] " ", " " to " ") == 0)
    fault(at, from " may not use " to)
}

function fault(at, why) {
  print at ": " why
  faults++
}
