//===- TotalBudget.cpp - one budget for all kernels of a run ----------------===//
//
// Part of Convwright, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/tune/TotalBudget.h"

#include "tools/tune/Bounds.h"

#include <algorithm>
#include <cmath>

namespace convwright::tools {

namespace {

/// A winner's comparisons with the default take so long, and no more than this part of a budget.
constexpr double secondsToConfirm = 6, mostToConfirm = 0.3;
constexpr double partForForms = 0.2;
/// A search may finish what it has begun: for so many shares, or so many seconds if that is more.
constexpr double overrunShares = 2, overrunSeconds = 2;
/// What a kernel gets when nobody says anything.
constexpr double usualSeconds = 60;

std::string listed(const std::vector<std::string> &names) {
  constexpr size_t shown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(shown, names.size()); ++i)
    text += (i ? ", " : "") + names[i];
  if (names.size() > shown)
    text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

} // namespace

TotalBudget::TotalBudget(double seconds, Time start, size_t kernels, bool forms)
    : total(seconds), start(start),
      toConfirm(std::min(secondsToConfirm, mostToConfirm * seconds /
                                               static_cast<double>(std::max<size_t>(1, kernels)))),
      forForms(forms ? partForForms * seconds : 0) {}

TotalBudget::Time TotalBudget::searchesEnd(Progress progress) const {
  auto winners = static_cast<double>(progress.winners + progress.left); // at most
  return confirmingEnd() - span(toConfirm * winners);
}

double TotalBudget::share(Progress progress, Time now) const {
  double rest = std::chrono::duration<double>(searchesEnd(progress) - now).count();
  return std::max(0.0, rest) / static_cast<double>(std::max<size_t>(1, progress.left));
}

TotalBudget::Time TotalBudget::cutOff(Progress progress, Time now) const {
  double own = share(progress, now);
  double most = std::max(overrunShares * own, own + overrunSeconds);
  return std::min(searchesEnd(progress), now + span(most));
}

std::string describeUndone(const Undone &undone, double totalSeconds, size_t kernels) {
  if (undone.empty())
    return "";
  std::string text = "the total budget of " + spellSeconds(totalSeconds) + " was too short";
  const char *separator = ": ";
  auto say = [&](const std::string &what, const std::vector<std::string> &names) {
    if (names.empty())
      return;
    text += separator + what + ": " + listed(names);
    separator = "; ";
  };
  say("not measured", undone.unmeasured);
  say("fewer than " + std::to_string(fewCandidates) + " candidates", undone.hurried);
  say("not compared with the default as often as wanted", undone.unconfirmed);
  say("forms not timed", undone.forms);
  double usual = usualSeconds * static_cast<double>(kernels);
  if (totalSeconds < usual)
    text += "; usual is " + spellSeconds(usualSeconds) + " a kernel: --total-budget " +
            std::to_string(std::lround(usual)) + "s";
  return text;
}

} // namespace convwright::tools
