/*
 * Arm's MPS2 with the Cortex-M3 of application note 385, as QEMU emulates it. Only the serial port and the clock rate
 * are this board's; the rest is the same on every Cortex-M3.
 */

#include "board.h"

enum { CLOCK_HZ = 25000000, TICKS_PER_SECOND = 1000 };
enum { UART_FULL = 1, UART_TRANSMIT = 1, UART_BAUD = 115200 };
enum { SYSTICK_ENABLE = 1, SYSTICK_INTERRUPT = 2, SYSTICK_PROCESSOR_CLOCK = 4 };

#define UART0_DATA (*(volatile uint32_t *)0x40004000)
#define UART0_STATE (*(volatile uint32_t *)0x40004004)
#define UART0_CONTROL (*(volatile uint32_t *)0x40004008)
#define UART0_BAUD_DIVIDER (*(volatile uint32_t *)0x40004010)
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014)
#define SYSTICK_CURRENT (*(volatile uint32_t *)0xE000E018)

int main(void);

/* Defined by board.ld. */
extern uint32_t board_data[], board_data_end[], board_data_source[], board_bss[], board_bss_end[], board_stack_top[];

/* What unused stack is filled with. */
static const uint32_t UNUSED = 0xC0FFEE11;

static volatile uint32_t ticks;

static void count_tick(void) { ticks++; }

static void fail(void) {
  board_print("fault\n");
  board_exit(false);
}

_Noreturn void board_reset(void);

void board_reset(void) {
  const uint32_t *source = board_data_source;
  for (uint32_t *to = board_data; to < board_data_end; to++) *to = *source++;
  for (uint32_t *to = board_bss; to < board_bss_end; to++) *to = 0;
  uint32_t *stack = (uint32_t *)__builtin_frame_address(0) - 16; /* what this function uses itself */
  while (stack > board_bss_end) *--stack = UNUSED;
  UART0_BAUD_DIVIDER = CLOCK_HZ / UART_BAUD;
  UART0_CONTROL = UART_TRANSMIT;
  SYSTICK_RELOAD = CLOCK_HZ / TICKS_PER_SECOND - 1;
  SYSTICK_CURRENT = 0;
  SYSTICK_CONTROL = SYSTICK_PROCESSOR_CLOCK | SYSTICK_INTERRUPT | SYSTICK_ENABLE;
  board_exit(main() == 0);
}

typedef union vector {
  void *stack;
  void (*handler)(void);
} vector;

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    [0].stack = board_stack_top, [1].handler = board_reset, [2].handler = fail, [3].handler = fail,
    [4].handler = fail,          [5].handler = fail,        [6].handler = fail, [15].handler = count_tick,
};

uint32_t board_ticks(void) { return ticks; }

void board_sleep(uint32_t seen) {
  /* An interrupt ends `wfi` even while it is masked, so a tick between the comparison and `wfi` is not missed. */
  __asm volatile("cpsid i" ::: "memory");
  if (ticks == seen) __asm volatile("wfi");
  __asm volatile("cpsie i" ::: "memory");
}

void board_print(const char *text) {
  for (; *text != '\0'; text++) {
    while ((UART0_STATE & UART_FULL) != 0) continue;
    UART0_DATA = (unsigned char)*text;
  }
}

void board_print_number(uint32_t number) {
  char digits[11];
  char *first = digits + sizeof digits;
  *--first = '\0';
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  board_print(first);
}

size_t board_stack_used(void) {
  const uint32_t *unused = board_bss_end;
  while (*unused == UNUSED) unused++;
  return (size_t)(board_stack_top - unused) * sizeof *unused;
}

void board_exit(bool success) {
  /* Semihosting: the operation SYS_EXIT with the reason ApplicationExit or RunTimeError. */
  register uint32_t operation __asm("r0") = 0x18;
  register uint32_t reason __asm("r1") = success ? 0x20026 : 0x20023;
  __asm volatile("bkpt 0xAB" ::"r"(operation), "r"(reason) : "memory");
  for (;;) continue;
}
