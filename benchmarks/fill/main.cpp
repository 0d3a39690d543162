#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "app/log.h"
#include "benchmarks/fill/fill.h"
#include "benchmarks/fill/old_format.h"

int main(int argc, char** argv) {
  using namespace livecert;
  try {
    CLI::App root("livecert-fill: a store of many chains, for measuring. It must not be in use.");
    app::Config config;
    std::string data_dir;
    benchmarks::FillOptions options;
    root.add_option("--data-dir", data_dir, "Where the store is, or is to be made")->required();
    root.add_option("--chains", options.chains, "How many")->check(CLI::Range(1, 9'999'999));
    root.add_option("--accounts", options.accounts, "That they are spread over")->check(CLI::Range(1, 1000));
    int format = 0;
    root.add_option("--format", format, "Of the store, an older one than this release's, for measuring its upgrade")
        ->check(CLI::Range(5, 9));
    CLI11_PARSE(root, argc, argv);
    app::start_log("error");
    config.data_dir = std::filesystem::absolute(data_dir);
    std::filesystem::create_directories(config.data_dir.parent_path());
    auto instance = app::Instance::open(config, app::Instance::IfEmpty::kInitialise);
    if (!instance) {
      std::cerr << "livecert-fill: " << instance.error().message << "\n";
      return 1;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto filled = benchmarks::fill(**instance, config.data_dir, options, [](std::size_t done) {
      if (done % 10'000 == 0) std::cerr << "\rwritten: " << done << std::flush;
    });
    if (!filled) {
      std::cerr << "livecert-fill: " << filled.error().message << " " << filled.error().detail << "\n";
      return 1;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    std::cerr << "\n";
    if (format != 0) {
      instance->reset();  // closes the store
      if (const auto made = benchmarks::make_old_format(config.data_dir, format); !made) {
        std::cerr << "livecert-fill: " << made.error().message << " " << made.error().detail << "\n";
        return 1;
      }
    }
    std::printf("{\"chains\": %zu, \"seconds\": %.3f}\n", options.chains, seconds.count());
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "livecert-fill: " << error.what() << "\n";
  }
  return 1;
}
