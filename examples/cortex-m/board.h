#ifndef BOARD_H
#define BOARD_H

/* What the example needs of its hardware: a tick, a serial port, sleep. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Milliseconds since the reset, counted by the interrupt of the system timer. */
uint32_t board_ticks(void);

/* Sleeps until an interrupt, unless board_ticks() is not `seen` any more. */
void board_sleep(uint32_t seen);

void board_print(const char *text);
void board_print_number(uint32_t number);

/* The largest size of the stack so far, in bytes. */
size_t board_stack_used(void);

/* Ends the emulator. */
_Noreturn void board_exit(bool success);

#endif
