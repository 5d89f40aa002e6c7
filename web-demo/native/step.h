/* Return values of a native step. */
#ifndef STEP_H
#define STEP_H

enum { STEP_MORE = 0, STEP_DONE = 1 };

#endif
