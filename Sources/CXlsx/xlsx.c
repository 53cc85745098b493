#include "CXlsx.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

static struct {
  lxw_workbook *(*workbook_new_opt)(const char *, lxw_workbook_options *);
  lxw_worksheet *(*workbook_add_worksheet)(lxw_workbook *, const char *);
  lxw_format *(*workbook_add_format)(lxw_workbook *);
  lxw_error (*workbook_close)(lxw_workbook *);
  lxw_error (*set_column)(lxw_worksheet *, lxw_col_t, lxw_col_t, double, lxw_format *);
  void (*freeze_panes)(lxw_worksheet *, lxw_row_t, lxw_col_t);
  lxw_error (*write_string)(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *);
  lxw_error (*write_number)(lxw_worksheet *, lxw_row_t, lxw_col_t, double, lxw_format *);
  void (*set_bold)(lxw_format *);
  void (*set_num_format)(lxw_format *, const char *);
} api;

static bool is_ready;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool find(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  memcpy(function, &symbol, sizeof symbol);
  return symbol != NULL;
}

static void load(void) {
  /* The version whose headers this was built with: structures differ between versions. */
  void *library = dlopen("libxlsxwriter.so." LXW_SOVERSION, RTLD_LAZY | RTLD_LOCAL);
  if (!library) return;
  is_ready = find(library, "workbook_new_opt", &api.workbook_new_opt) &&
             find(library, "workbook_add_worksheet", &api.workbook_add_worksheet) &&
             find(library, "workbook_add_format", &api.workbook_add_format) &&
             find(library, "workbook_close", &api.workbook_close) &&
             find(library, "worksheet_set_column", &api.set_column) &&
             find(library, "worksheet_freeze_panes", &api.freeze_panes) &&
             find(library, "worksheet_write_string", &api.write_string) &&
             find(library, "worksheet_write_number", &api.write_number) &&
             find(library, "format_set_bold", &api.set_bold) &&
             find(library, "format_set_num_format", &api.set_num_format);
}

bool layerberry_xlsx_load(void) {
  pthread_once(&once, load);
  return is_ready;
}

struct layerberry_xlsx {
  lxw_workbook *workbook;
  lxw_worksheet *sheet;
  lxw_format *heading;
  lxw_format *looks[LAYERBERRY_XLSX_DURATION + 1];
};

layerberry_xlsx *layerberry_xlsx_new(const char *path, const char *folder, const char *sheet) {
  static const char *const formats[] = {NULL, "0", "0.00", "yyyy\\-mm\\-dd\\ hh:mm:ss", "[h]:mm:ss"};
  layerberry_xlsx *book = calloc(1, sizeof *book);
  if (!book) return NULL;
  lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)folder, .use_zip64 = LXW_FALSE};
  book->workbook = api.workbook_new_opt(path, &options);
  if (book->workbook) {
    book->sheet = api.workbook_add_worksheet(book->workbook, sheet);
    book->heading = api.workbook_add_format(book->workbook);
  }
  bool is_whole = book->sheet && book->heading;
  for (int look = LAYERBERRY_XLSX_INTEGER; is_whole && look <= LAYERBERRY_XLSX_DURATION; look++) {
    book->looks[look] = api.workbook_add_format(book->workbook);
    is_whole = book->looks[look] != NULL;
    if (is_whole) api.set_num_format(book->looks[look], formats[look]);
  }
  if (!is_whole) {
    layerberry_xlsx_close(book);
    return NULL;
  }
  api.set_bold(book->heading);
  api.freeze_panes(book->sheet, 1, 0);
  return book;
}

bool layerberry_xlsx_column(layerberry_xlsx *book, uint16_t column, const char *heading, double width,
                            layerberry_xlsx_look look) {
  return api.set_column(book->sheet, column, column, width, book->looks[look]) == LXW_NO_ERROR &&
         api.write_string(book->sheet, 0, column, heading, book->heading) == LXW_NO_ERROR;
}

bool layerberry_xlsx_text(layerberry_xlsx *book, uint32_t row, uint16_t column, const char *text) {
  return api.write_string(book->sheet, row, column, text, NULL) == LXW_NO_ERROR;
}

bool layerberry_xlsx_number(layerberry_xlsx *book, uint32_t row, uint16_t column, double number,
                            layerberry_xlsx_look look) {
  return api.write_number(book->sheet, row, column, number, book->looks[look]) == LXW_NO_ERROR;
}

bool layerberry_xlsx_close(layerberry_xlsx *book) {
  bool is_written = book->workbook && api.workbook_close(book->workbook) == LXW_NO_ERROR;
  free(book);
  return is_written;
}
