#pragma once
// A small web server for one page on this machine: GET requests and server-sent events on
// 127.0.0.1, with a random token in every address, so that neither other machines nor other users
// of this one see the pictures. (Debian's cpp-httplib would link OpenSSL into the program.)

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"

namespace calib {

struct ServedFile {
  std::string type;  ///< "text/html; charset=utf-8"
  std::string bytes;
};

/// Runs in a thread of its own until it is destroyed.
class LocalServer {
 public:
  /// Throws Error if the port cannot be used. 0: any port that is free.
  explicit LocalServer(int port);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  /// "http://127.0.0.1:PORT/TOKEN/"
  std::string url() const;
  /// What a path below the address gives: "" is the page itself. Others are not found (404), and
  /// addresses without the token are forbidden (403).
  void put(const std::string& path, ServedFile file);
  /// Sends an event, one line, to all that listen at the path "events". Those that come later get
  /// the last one.
  void send(const std::string& event);

 private:
  void run();
  void answer(FileDescriptor client, const std::string& head);

  FileDescriptor listener_;
  int port_ = 0;
  std::string token_;
  std::mutex mutex_;
  std::map<std::string, ServedFile> files_;
  std::vector<FileDescriptor> streams_;
  std::string last_event_;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace calib
