#ifndef LAYERBERRY_CCURL_H
#define LAYERBERRY_CCURL_H

/* libcurl, loaded when it is first used: a service that moves no file pays neither its memory nor that of the thirty
   libraries behind it. Its variadic functions become typed ones. Never link against libcurl itself. */

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* Loads libcurl.so.4 and sets it up, once for the process; false when it is not there or has no OpenSSL in it. */
bool ccurl_load(void);

/* After ccurl_load only. */
CURL *ccurl_new(void);
void ccurl_free(CURL *handle);
CURLcode ccurl_perform(CURL *handle);
/* Forgets all options, and keeps connections and TLS sessions. */
void ccurl_reset(CURL *handle);

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);

/* For CURLOPT_USE_SSL: an enumeration in libcurl 7, macros in 8. */
static const long ccurl_ssl_none = CURLUSESSL_NONE, ccurl_ssl_control = CURLUSESSL_CONTROL,
                  ccurl_ssl_all = CURLUSESSL_ALL;

typedef size_t (*ccurl_data)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_seek)(void *context, curl_off_t offset, int origin);
typedef int (*ccurl_progress)(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up);
typedef CURLcode (*ccurl_tls)(CURL *handle, void *ssl_context, void *context);

CURLcode ccurl_on_read(CURL *handle, ccurl_data function, void *context);
CURLcode ccurl_on_write(CURL *handle, ccurl_data function, void *context);
CURLcode ccurl_on_header(CURL *handle, ccurl_data function, void *context);
CURLcode ccurl_on_seek(CURL *handle, ccurl_seek function, void *context);
CURLcode ccurl_on_progress(CURL *handle, ccurl_progress function, void *context);
CURLcode ccurl_on_tls(CURL *handle, ccurl_tls function, void *context);

long ccurl_response_code(CURL *handle);
curl_off_t ccurl_info_offset(CURL *handle, CURLINFO info);

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text);
void ccurl_list_free(struct curl_slist *list);

#endif
