#ifndef LAYERBERRY_CGPIO_H
#define LAYERBERRY_CGPIO_H

#include <stdint.h>

/* libgpiod 1.6 (Debian 12) and 2.x (Debian 13) behind one interface; chip1.c and chip2.c are the two, of which the
   installed header chooses one. What returns a pointer gives NULL with errno, what returns int -1 with errno. */

typedef struct cgpio_chip cgpio_chip;
typedef struct cgpio_line cgpio_line;

enum { CGPIO_NAME_SIZE = 32 };

typedef enum { CGPIO_BIAS_AS_IS = 0, CGPIO_BIAS_UP = 1, CGPIO_BIAS_DOWN = 2, CGPIO_BIAS_NONE = 3 } cgpio_bias;

typedef struct {
  char name[CGPIO_NAME_SIZE];
  /* Who holds the line; empty where nobody does. */
  char consumer[CGPIO_NAME_SIZE];
  int is_used;
  int is_output;
} cgpio_line_info;

/* path: "/dev/gpiochip0". */
cgpio_chip *cgpio_open(const char *path);
void cgpio_close(cgpio_chip *chip);
/* Both have room for CGPIO_NAME_SIZE bytes. Returns the number of lines. */
int cgpio_identify(cgpio_chip *chip, char *name, char *label);
int cgpio_look(cgpio_chip *chip, unsigned offset, cgpio_line_info *info);

/* Direction and value go to the kernel in one call, so that the line never shows another value in between. */
cgpio_line *cgpio_output(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, int value);
/* Both edges wake the descriptor of the line. */
cgpio_line *cgpio_input(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, cgpio_bias bias);
void cgpio_release(cgpio_line *line);
int cgpio_set(cgpio_line *line, int value);
/* 0 or 1, by what counts as active. */
int cgpio_get(cgpio_line *line);
/* Readable when there are edges; non-blocking. */
int cgpio_descriptor(cgpio_line *line);
/* Takes all edges that wait; how many there were, 0 for none. */
int cgpio_drain(cgpio_line *line);

/* Outputs whose descriptor is ours, so that it can be given to a keeper and the line be held while the service is not
   there. No version of the library makes a line of a descriptor: these go to the kernel directly (linux/gpio.h, version
   2 of its interface, Linux 5.10). */
int cgpio_hold(const char *path, unsigned offset, const char *consumer, int is_active_low, int value);
int cgpio_held_set(int descriptor, int value);
/* 0 or 1; -1 with errno also where the descriptor is no line. */
int cgpio_held_get(int descriptor);

#endif
