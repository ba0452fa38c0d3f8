/** The part of avsc without files, services and streams: half of its size in a bundle. Its own typings describe only the whole. */
declare module 'avsc/lib/types' {
  import { Type } from 'avsc';

  export { Type };
}
