#include "app/local_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <random>
#include <string_view>
#include <utility>

#include "base/errors.hpp"
#include "base/stopwatch.hpp"

namespace calib {
namespace {

constexpr int kPause_ms = 50;            // between two checks whether the server shall end
constexpr std::size_t kMostHead = 8192;  // bytes of a request
constexpr timeval kPatience = {1,
                               0};  // how long to wait for a client that does not read its answer
constexpr double kMostWait_s = 30;  // for a request
constexpr std::size_t kMostClients =
    64;  // that wait at the same time, so that file descriptors remain for other uses

std::string random_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// Sends all bytes, or fails after the patience.
bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// A client whose request is not complete yet. Browsers open connections in advance.
struct WaitingClient {
  FileDescriptor fd;
  std::string head;
  Stopwatch since;
};

bool is_whole(const std::string& head) { return head.find("\r\n\r\n") != std::string::npos; }

// Reads the part of a request that has arrived. Returns false if the client has closed the
// connection or sends too much.
bool receive(WaitingClient& client) {
  char buffer[1024];
  const ssize_t count = ::recv(client.fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (count <= 0) return false;
  client.head.append(buffer, static_cast<std::size_t>(count));
  return client.head.size() < kMostHead;
}

std::string response(std::string_view status, const ServedFile& file) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
      "Connection: close\r\n\r\n{}",
      status, file.type, file.bytes.size(), file.bytes);
}

std::string refusal(std::string_view status) {
  return response(status, {"text/plain", fmt::format("{}\n", status)});
}

// Decodes the %XX escapes of a path: names of cameras may contain them.
std::string decoded(std::string_view path) {
  std::string result;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char* const code = path.data() + i + 1;
    unsigned byte = 0;
    if (path[i] == '%' && i + 2 < path.size() &&
        std::from_chars(code, code + 2, byte, 16).ptr == code + 2) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += path[i];
    }
  }
  return result;
}

std::string event_text(const std::string& event) { return fmt::format("data: {}\n\n", event); }

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 1000\n\n";

}  // namespace

LocalServer::LocalServer(int port)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), token_(random_token()) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const int yes = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  const bool works = listener_.is_open() && ::bind(listener_.get(), any, size) == 0 &&
                     ::listen(listener_.get(), 16) == 0 &&
                     ::getsockname(listener_.get(), any, &size) == 0;
  require(works, fmt::format("serve: port {} cannot be used: {}; choose another one, or 0 for any",
                             port, std::strerror(errno)));
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

LocalServer::~LocalServer() {
  ends_ = true;
  thread_.join();
}

std::string LocalServer::url() const {
  return fmt::format("http://127.0.0.1:{}/{}/", port_, token_);
}

void LocalServer::put(const std::string& path, ServedFile file) {
  const std::lock_guard lock(mutex_);
  files_[path] = std::move(file);
}

void LocalServer::send(const std::string& event) {
  const std::lock_guard lock(mutex_);
  last_event_ = event;
  // A page that does not read its events loses its connection, and the browser connects again.
  std::erase_if(streams_, [text = event_text(event)](const FileDescriptor& stream) {
    const ssize_t sent =
        ::send(stream.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent != static_cast<ssize_t>(text.size());
  });
}

void LocalServer::run() {
  std::vector<WaitingClient> clients;
  while (!ends_) {
    const short accepts = clients.size() < kMostClients ? POLLIN : 0;
    std::vector<pollfd> waits = {{listener_.get(), accepts, 0}};
    for (const WaitingClient& client : clients) waits.push_back({client.fd.get(), POLLIN, 0});
    if (::poll(waits.data(), waits.size(), kPause_ms) < 0) continue;
    std::vector<WaitingClient> still;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      WaitingClient& client = clients[i];
      if (waits[i + 1].revents != 0 && !receive(client)) continue;
      if (is_whole(client.head)) {
        answer(std::move(client.fd), client.head);
      } else if (client.since.seconds() < kMostWait_s) {
        still.push_back(std::move(client));
      }
    }
    clients = std::move(still);
    if (waits[0].revents == 0) continue;
    FileDescriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.is_open()) clients.push_back({std::move(client), "", {}});
  }
}

void LocalServer::answer(FileDescriptor client, const std::string& head) {
  ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const std::size_t end = head.find(" HTTP/1.");
  if (!head.starts_with("GET /") || end == std::string::npos) {
    send_all(client.get(), refusal("405 Method Not Allowed"));
    return;
  }
  std::string path = head.substr(5, end - 5);
  if (!path.starts_with(token_ + "/")) {
    send_all(client.get(), refusal("403 Forbidden"));
    return;
  }
  path.erase(0, token_.size() + 1);
  path.erase(std::min(path.size(), path.find('?')));
  path = decoded(path);
  std::unique_lock lock(mutex_);
  if (path == "events") {
    std::string text(kStreamHead);
    if (!last_event_.empty()) text += event_text(last_event_);
    if (send_all(client.get(), text)) streams_.push_back(std::move(client));
    return;
  }
  const auto found = files_.find(path);
  const std::string text =
      found == files_.end() ? refusal("404 Not Found") : response("200 OK", found->second);
  lock.unlock();
  send_all(client.get(), text);
}

}  // namespace calib
