/** What an administrator may do with connected systems. */
export interface Rights {
  manage: boolean;
  secure: boolean;
}
