#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static struct {
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *);
  void (*easy_reset)(CURL *);
  CURLcode (*easy_perform)(CURL *);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
} api;

static bool is_ready;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool find(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  memcpy(function, &symbol, sizeof symbol);
  return symbol != NULL;
}

/* The TLS context handed to the trust check must be OpenSSL's, and the very one that this process is linked with. */
static bool speaks_openssl(void *library) {
  curl_version_info_data *(*version_info)(CURLversion);
  if (!find(library, "curl_version_info", &version_info)) return false;
  const curl_version_info_data *version = version_info(CURLVERSION_NOW);
  return version && version->ssl_version && strncmp(version->ssl_version, "OpenSSL/", 8) == 0;
}

static void load(void) {
  CURLcode (*global_init)(long);
  void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
  if (!library) return;
  is_ready = speaks_openssl(library) && find(library, "curl_global_init", &global_init) &&
             find(library, "curl_easy_init", &api.easy_init) && find(library, "curl_easy_cleanup", &api.easy_cleanup) &&
             find(library, "curl_easy_reset", &api.easy_reset) &&
             find(library, "curl_easy_perform", &api.easy_perform) &&
             find(library, "curl_easy_setopt", &api.easy_setopt) &&
             find(library, "curl_easy_getinfo", &api.easy_getinfo) &&
             find(library, "curl_slist_append", &api.slist_append) &&
             find(library, "curl_slist_free_all", &api.slist_free_all) && global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

bool ccurl_load(void) {
  pthread_once(&once, load);
  return is_ready;
}

CURL *ccurl_new(void) { return api.easy_init(); }
void ccurl_free(CURL *handle) { api.easy_cleanup(handle); }
CURLcode ccurl_perform(CURL *handle) { return api.easy_perform(handle); }
void ccurl_reset(CURL *handle) { api.easy_reset(handle); }

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) { return api.easy_setopt(handle, option, value); }
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return api.easy_setopt(handle, option, value);
}
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
  return api.easy_setopt(handle, option, value);
}
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return api.easy_setopt(handle, option, value);
}

static CURLcode set_callback(CURL *handle, CURLoption option, void (*function)(void), CURLoption data, void *context) {
  CURLcode result = api.easy_setopt(handle, option, function);
  return result == CURLE_OK ? api.easy_setopt(handle, data, context) : result;
}

#define CALLBACK(name, type, option, data)                                                                             \
  CURLcode name(CURL *handle, type function, void *context) {                                                          \
    return set_callback(handle, option, (void (*)(void))function, data, context);                                      \
  }

CALLBACK(ccurl_on_read, ccurl_data, CURLOPT_READFUNCTION, CURLOPT_READDATA)
CALLBACK(ccurl_on_write, ccurl_data, CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA)
CALLBACK(ccurl_on_header, ccurl_data, CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA)
CALLBACK(ccurl_on_seek, ccurl_seek, CURLOPT_SEEKFUNCTION, CURLOPT_SEEKDATA)
CALLBACK(ccurl_on_progress, ccurl_progress, CURLOPT_XFERINFOFUNCTION, CURLOPT_XFERINFODATA)
CALLBACK(ccurl_on_tls, ccurl_tls, CURLOPT_SSL_CTX_FUNCTION, CURLOPT_SSL_CTX_DATA)

long ccurl_response_code(CURL *handle) {
  long code = 0;
  api.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
  return code;
}

curl_off_t ccurl_info_offset(CURL *handle, CURLINFO info) {
  curl_off_t value = 0;
  api.easy_getinfo(handle, info, &value);
  return value;
}

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) { return api.slist_append(list, text); }
void ccurl_list_free(struct curl_slist *list) { api.slist_free_all(list); }
