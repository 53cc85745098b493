#ifndef LAYERBERRY_CXLSX_H
#define LAYERBERRY_CXLSX_H

/* libxlsxwriter, loaded when the first workbook is written: a service that exports none pays nothing for it. One sheet in
   constant-memory mode: rows go to a temporary file as they come, from the first to the last. */

#include <stdbool.h>
#include <stdint.h>

typedef struct layerberry_xlsx layerberry_xlsx;

/* How the cells of a column look. */
typedef enum {
  LAYERBERRY_XLSX_PLAIN = 0,
  LAYERBERRY_XLSX_INTEGER = 1,
  LAYERBERRY_XLSX_DECIMAL = 2,
  /* Day and time of day. */
  LAYERBERRY_XLSX_DATE = 3,
  /* Hours beyond 24, minutes, seconds. */
  LAYERBERRY_XLSX_DURATION = 4,
} layerberry_xlsx_look;

/* False when the library is not there. Safe to call from any thread. */
bool layerberry_xlsx_load(void);

/* After layerberry_xlsx_load only. `folder` takes the temporary files, which have no names there. NULL where memory is
   short. */
layerberry_xlsx *layerberry_xlsx_new(const char *path, const char *folder, const char *sheet);
/* Before any cell; the heading becomes the first row, which stays in sight. */
bool layerberry_xlsx_column(layerberry_xlsx *book, uint16_t column, const char *heading, double width,
                            layerberry_xlsx_look look);
/* A text of at most 32,767 characters, in UTF-8. */
bool layerberry_xlsx_text(layerberry_xlsx *book, uint32_t row, uint16_t column, const char *text);
/* A number as the column's look shows it; dates and durations count days. */
bool layerberry_xlsx_number(layerberry_xlsx *book, uint32_t row, uint16_t column, double number,
                            layerberry_xlsx_look look);
/* Writes the file and frees the book, also when it says false. */
bool layerberry_xlsx_close(layerberry_xlsx *book);

#endif
