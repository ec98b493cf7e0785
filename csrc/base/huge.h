/* Huge pages for large arrays: a page fault every 2 MB instead of every 4 KB. Only a hint: the kernel may have none. */
#ifndef TETHER_HUGE_H
#define TETHER_HUGE_H
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

enum { TETHER_HUGE_PAGE = 2 << 20 };

/* Asks for huge pages inside `memory` and returns it; NULL is fine. Memory of less than four huge pages is left as it
 * is: the call would cost more than it saves. */
static inline void *tether_huge(void *memory, size_t bytes) {
  uintptr_t page = TETHER_HUGE_PAGE, first = ((uintptr_t)memory + page - 1) & ~(page - 1);
  uintptr_t last = ((uintptr_t)memory + bytes) & ~(page - 1);
  if (memory && bytes >= 4 * page && last > first) (void)madvise((void *)first, last - first, MADV_HUGEPAGE);
  return memory;
}

#endif
