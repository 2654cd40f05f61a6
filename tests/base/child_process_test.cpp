#include "base/child_process.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "base/files.hpp"
#include "base/stopwatch.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

ChildProcess::Ended wait_for(ChildProcess& process) {
  while (!process.poll()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return *process.poll();
}

TEST(ChildProcess, ReportsItsExitCodeAndOverwritesItsLog) {
  const testing::TemporaryFolder folder;
  write_file(folder.path() / "log", "the log of an earlier run");
  ChildProcess process({"/bin/sh", "-c", "cat; echo out; echo err >&2; exit 7"},
                       folder.path() / "log");
  const ChildProcess::Ended ended = wait_for(process);
  EXPECT_EQ(ended.code, 7);
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(read_file(folder.path() / "log"), "out\nerr\n");
}

TEST(ChildProcess, ReportsTheSignalThatEndedIt) {
  const testing::TemporaryFolder folder;
  ChildProcess process({"/bin/sh", "-c", "kill -SEGV $$"}, folder.path() / "log");
  EXPECT_EQ(wait_for(process).signal, SIGSEGV);
}

TEST(ChildProcess, ReportsItsExitCodeEvenIfTheParentIgnoresSigchld) {
  ::signal(SIGCHLD, SIG_IGN);
  const testing::TemporaryFolder folder;
  ChildProcess process({"/bin/sh", "-c", "exit 3"}, folder.path() / "log");
  EXPECT_EQ(wait_for(process).code, 3);
}

TEST(ChildProcess, StopsOnSigtermOrIsKilled) {
  const testing::TemporaryFolder folder;
  ChildProcess obeys({"/bin/sleep", "100"}, folder.path() / "obeys");
  obeys.stop();
  EXPECT_EQ(obeys.poll()->signal, SIGTERM);
  ChildProcess deaf({"/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done"},
                    folder.path() / "deaf");
  while (read_file(folder.path() / "deaf").empty())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  deaf.stop(0.05);
  EXPECT_EQ(deaf.poll()->signal, SIGKILL);
}

TEST(ChildProcess, NamesAProgramThatDoesNotExist) {
  const testing::TemporaryFolder folder;
  EXPECT_THAT(
      testing::error_text([&] { ChildProcess process({"/nowhere/calib"}, folder.path() / "log"); }),
      ::testing::HasSubstr("/nowhere/calib: cannot be started"));
}

}  // namespace
}  // namespace calib
