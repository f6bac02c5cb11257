// SPDX-License-Identifier: Apache-2.0
/*
 * A management library as NVIDIA's, of three GPUs that exist nowhere: one whole, one split by MIG, one of an old model.
 * Their load changes with each question. Compiling with -DnvmlX=absent_nvmlX leaves function nvmlX out.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7, GPU_IS_LOST = 15 };
enum { GPUS = 3, MIG_GPU = 1, OLD_GPU = 2, FUNCTIONS_MAX = 32 };

struct function {
  const char *name;
  int error;
  int calls;
};

struct gpu {
  int lost;
  int loads;
  unsigned long long energy;
};

struct memory {
  unsigned long long total, free, used;
};

struct utilization {
  unsigned gpu, memory;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct function functions[FUNCTIONS_MAX];
static char names[FUNCTIONS_MAX][64];
static struct gpu gpus[GPUS];
static int opened, running, violations;

static struct function *find(const char *name) {
  int i = 0;
  while (i < FUNCTIONS_MAX - 1 && functions[i].name && strcmp(functions[i].name, name)) i++;
  if (!functions[i].name) {
    snprintf(names[i], sizeof names[i], "%s", name);
    functions[i].name = names[i];
  }
  return &functions[i];
}

/* Controls of the tests */

void stub_reset(void) {
  pthread_mutex_lock(&lock);
  memset(functions, 0, sizeof functions);
  memset(gpus, 0, sizeof gpus);
  violations = 0;
  pthread_mutex_unlock(&lock);
}

void stub_set_error(const char *name, int error) {
  pthread_mutex_lock(&lock);
  find(name)->error = error;
  pthread_mutex_unlock(&lock);
}

void stub_lose(int index) { gpus[index].lost = 1; }

int stub_calls(const char *name) {
  pthread_mutex_lock(&lock);
  int calls = find(name)->calls;
  pthread_mutex_unlock(&lock);
  return calls;
}

/* How many times it is initialised more often than shut down. */
int stub_opened(void) { return opened; }

/* Calls outside initialisation and shutdown, and shutdowns during calls. */
int stub_violations(void) { return violations; }

/* Every function begins and ends with these. */

static int begin(const char *name) {
  pthread_mutex_lock(&lock);
  struct function *function = find(name);
  function->calls++;
  running++;
  int code = function->error;
  if (!opened) {
    violations++;
    code = UNINITIALIZED;
  }
  pthread_mutex_unlock(&lock);
  return code;
}

static int begin_gpu(const char *name, struct gpu *gpu) {
  int code = begin(name);
  if (gpu < gpus || gpu >= gpus + GPUS) return INVALID_ARGUMENT;
  return code == SUCCESS && gpu->lost ? GPU_IS_LOST : code;
}

static int end(int code) {
  pthread_mutex_lock(&lock);
  running--;
  pthread_mutex_unlock(&lock);
  return code;
}

static int write_text(char *target, unsigned size, const char *format, int index) {
  return snprintf(target, size, format, index) < (int)size ? SUCCESS : INSUFFICIENT_SIZE;
}

/* The library */

int nvmlInit_v2(void) {
  pthread_mutex_lock(&lock);
  struct function *function = find(__func__);
  function->calls++;
  int code = function->error;
  if (code == SUCCESS) opened++;
  pthread_mutex_unlock(&lock);
  return code;
}

int nvmlShutdown(void) {
  pthread_mutex_lock(&lock);
  find(__func__)->calls++;
  if (!opened || (opened == 1 && running)) violations++;
  opened--;
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}

int nvmlSystemGetDriverVersion(char *version, unsigned size) {
  int code = begin(__func__);
  if (code == SUCCESS) code = write_text(version, size, "570.86.%d", 15);
  return end(code);
}

int nvmlDeviceGetCount_v2(unsigned *count) {
  int code = begin(__func__);
  if (code == SUCCESS) *count = GPUS;
  return end(code);
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, struct gpu **gpu) {
  int code = begin(__func__);
  if (code == SUCCESS && index >= GPUS) code = INVALID_ARGUMENT;
  if (code == SUCCESS && gpus[index].lost) code = GPU_IS_LOST;
  if (code == SUCCESS) *gpu = &gpus[index];
  return end(code);
}

int nvmlDeviceGetUUID(struct gpu *gpu, char *uuid, unsigned size) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) code = write_text(uuid, size, "GPU-5ca1ab1e-0000-0000-0000-%012d", (int)(gpu - gpus));
  return end(code);
}

int nvmlDeviceGetName(struct gpu *gpu, char *name, unsigned size) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) code = write_text(name, size, "Stub %d", (int)(gpu - gpus));
  return end(code);
}

int nvmlDeviceGetCudaComputeCapability(struct gpu *gpu, int *major, int *minor) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) {
    *major = gpu == &gpus[OLD_GPU] ? 6 : 9;
    *minor = gpu == &gpus[OLD_GPU] ? 1 : 0;
  }
  return end(code);
}

int nvmlDeviceGetMigMode(struct gpu *gpu, unsigned *current, unsigned *pending) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS && gpu == &gpus[OLD_GPU]) code = NOT_SUPPORTED;
  if (code == SUCCESS) {
    *current = gpu == &gpus[MIG_GPU];
    *pending = !*current;
  }
  return end(code);
}

/* GiB by index; each load adds a MiB, and every fourth frees them. */
int nvmlDeviceGetMemoryInfo(struct gpu *gpu, struct memory *memory) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) {
    memory->total = 80ULL << 30;
    memory->used = ((unsigned long long)(gpu - gpus + 1) << 30) + ((unsigned long long)(gpu->loads % 4) << 20);
    memory->free = memory->total - memory->used;
  }
  return end(code);
}

/* 0, 10, … 100 % and again. */
int nvmlDeviceGetUtilizationRates(struct gpu *gpu, struct utilization *rates) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS && gpu == &gpus[MIG_GPU]) code = NOT_SUPPORTED;
  if (code == SUCCESS) {
    rates->gpu = 10 * (gpu->loads % 11);
    rates->memory = 5 * (gpu->loads % 11);
    gpu->loads++;
  }
  return end(code);
}

int nvmlDeviceGetPowerUsage(struct gpu *gpu, unsigned *milliwatts) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) *milliwatts = 250500 + 100000 * (unsigned)(gpu - gpus);
  return end(code);
}

/* 1.5 J more at each question. */
int nvmlDeviceGetTotalEnergyConsumption(struct gpu *gpu, unsigned long long *millijoules) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) *millijoules = 5000000000ULL + 1500 * gpu->energy++;
  return end(code);
}

/* The real one counts for 20 ms. */
int nvmlDeviceGetPcieThroughput(struct gpu *gpu, int counter, unsigned *kilobytes_per_second) {
  int code = begin_gpu(__func__, gpu);
  usleep(500);
  if (code == SUCCESS) *kilobytes_per_second = counter == 0 ? 3000 : 3000000000U;
  return end(code);
}

int nvmlDeviceGetCurrentClocksEventReasons(struct gpu *gpu, unsigned long long *reasons) {
  int code = begin_gpu(__func__, gpu);
  if (code == SUCCESS) *reasons = 0x4;
  return end(code);
}
