#define _GNU_SOURCE
#include "cshims.h"

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint32_t address_of(const struct sockaddr *address) {
  if (address == NULL || address->sa_family != AF_INET) return 0;
  return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr);
}

int layerberry_interfaces(layerberry_interface *list, int room) {
  struct ifaddrs *all;
  if (getifaddrs(&all) != 0) return -1;
  int count = 0;
  for (const struct ifaddrs *one = all; one != NULL && count < room; one = one->ifa_next) {
    if (!(one->ifa_flags & IFF_UP) || address_of(one->ifa_addr) == 0) continue;
    layerberry_interface *entry = &list[count++];
    memset(entry, 0, sizeof *entry);
    entry->index = if_nametoindex(one->ifa_name);
    entry->address = address_of(one->ifa_addr);
    if (one->ifa_flags & IFF_BROADCAST) entry->broadcast = address_of(one->ifa_broadaddr);
  }
  freeifaddrs(all);
  return count;
}

int layerberry_addresses(uint8_t *bytes, int room) {
  struct ifaddrs *all;
  if (getifaddrs(&all) != 0) return -1;
  int count = 0;
  for (const struct ifaddrs *one = all; one != NULL && count < room; one = one->ifa_next) {
    if (!(one->ifa_flags & IFF_UP) || one->ifa_addr == NULL) continue;
    uint8_t *entry = bytes + 16 * count;
    if (one->ifa_addr->sa_family == AF_INET) {
      memset(entry, 0, 10);
      memset(entry + 10, 0xFF, 2);
      memcpy(entry + 12, &((const struct sockaddr_in *)one->ifa_addr)->sin_addr, 4);
    } else if (one->ifa_addr->sa_family == AF_INET6) {
      memcpy(entry, &((const struct sockaddr_in6 *)one->ifa_addr)->sin6_addr, 16);
    } else {
      continue;
    }
    count++;
  }
  freeifaddrs(all);
  return count;
}

int layerberry_watch_addresses(void) {
  const int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (descriptor < 0) return -1;
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR};
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
  close(descriptor);
  return -1;
}
