/** Texts of the frame of all pages, and of signing in. */
export const shellText = {
  skip: 'Skip to the page',
  pages: 'Pages',
  lab: 'Lab',
  signOut: 'Sign out',
  signIn: 'Sign in',
  name: 'Name',
  password: 'Password',
  newPassword: 'New password',
  passwordRule: 'At least 12 characters.',
  first: 'Become the first administrator',
  accept: 'Set your password',
  noAccess:
    'No access yet? Open the one-time link that an administrator made for you, or the one that the server prints at its first start.',
  prove: 'Prove your identity',
  proveWhy: 'What you are about to do needs a proof of identity that is at most two minutes old.',
  everything: 'Everything',
  searchHint: 'Search ( / )',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  notFound: 'Not found',
  tryNavigation: 'There is no such page. Choose one on the left.',
};
