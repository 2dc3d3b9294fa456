//===- RecordFile.cpp - reading files of records --------------------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "schedules/tuning/records/RecordFile.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace convwright::schedules {

namespace {

/// A record has some kilobytes; samples and small constants can make it tens.
constexpr size_t longestLine = size_t{16} << 20;

struct Closer {
  void operator()(FILE *file) const {
    if (file != stdin)
      std::fclose(file);
  }
};

/// Reads one file line by line, in pieces of bounded size.
class FileReader {
public:
  FileReader(FILE *file, const std::string &path, const ReadProgress &progress)
      : file(file), path(path), progress(progress) {}

  /// The error code of reading; 0 when the end was reached.
  int run(const LineVisitor &visit) {
    std::vector<char> buffer(size_t{1} << 20);
    while (size_t count = std::fread(buffer.data(), 1, buffer.size(), file)) {
      take({buffer.data(), count}, visit);
      if (progress)
        progress(count);
    }
    int code = std::ferror(file) ? errno : 0;
    if (code == 0 && !(line.empty() && kept == 0))
      finish(visit, /*ended=*/false);
    return code;
  }

private:
  void take(std::string_view text, const LineVisitor &visit) {
    while (!text.empty()) {
      size_t end = text.find('\n');
      std::string_view piece = text.substr(0, end);
      kept += piece.size();
      if (kept <= longestLine)
        line += piece;
      if (end == std::string_view::npos)
        return;
      finish(visit, /*ended=*/true);
      text.remove_prefix(end + 1);
    }
  }

  void finish(const LineVisitor &visit, bool ended) {
    ++number;
    Line found{path, number, line, ""};
    if (kept > longestLine)
      found.problem = "the line is longer than 16 MiB";
    else if (!ended)
      found.problem = "the last line has no end: its writer was stopped, or it was cut";
    if (!ended || kept > longestLine || line.find_first_not_of(" \t\r") != std::string::npos)
      visit(found);
    line.clear();
    kept = 0;
  }

  FILE *file;
  const std::string &path;
  const ReadProgress &progress;
  std::string line;
  size_t kept = 0; // bytes of the line so far, also those beyond the longest
  size_t number = 0;
};

Error cannotRead(const std::string &path, int code) {
  return {"cannot read the records file '" + path + "': " + std::strerror(code)};
}

} // namespace

Result<size_t> forEachLine(const std::vector<std::string> &paths, const LineVisitor &visit,
                           const ReadProgress &progress) {
  for (const std::string &path : paths) {
    std::unique_ptr<FILE, Closer> file(path == "-" ? stdin : std::fopen(path.c_str(), "rbe"));
    if (!file)
      return cannotRead(path, errno);
    if (int code = FileReader(file.get(), path == "-" ? "<stdin>" : path, progress).run(visit))
      return cannotRead(path, code);
  }
  return paths.size();
}

static void takeLayer(const Line &line, RecordSet &set) {
  Result<LayerRecord> layer = layerRecordFromLine(line.text);
  if (!layer)
    return set.broken.push_back({line.file, line.number, layer.error().message});
  layer->file = line.file;
  set.layers.push_back(std::move(*layer));
}

Result<RecordSet> readRecords(const std::vector<std::string> &paths, const ReadProgress &progress) {
  RecordSet set;
  auto take = [&](const Line &line) {
    if (!line.problem.empty())
      return set.broken.push_back({line.file, line.number, line.problem});
    if (isLayerLine(line.text))
      return takeLayer(line, set);
    Result<Record> record = recordFromLine(line.text);
    if (!record)
      return set.broken.push_back({line.file, line.number, record.error().message});
    record->file = line.file;
    set.records.push_back(std::move(*record));
  };
  Result<size_t> read = forEachLine(paths, take, progress);
  if (!read)
    return read.error();
  return set;
}

} // namespace convwright::schedules
