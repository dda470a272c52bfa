import type { ModuleView } from '../../kit/module';
import { lazily } from '../../kit/part/lazily';

/** Digital certificates for sign-in. */
export const certificates: ModuleView = {
  name: 'certificates',
  pages: [{ path: '/admin/authorities', Body: lazily(() => import('./AuthoritiesPage')) }],
  signIn: [
    {
      key: 'certificate',
      title: { zh: '证书登录', en: 'Certificate' },
      Body: lazily(() => import('./CertificateForm').then(({ CertificateForm }) => ({ default: CertificateForm }))),
    },
  ],
  OwnAccount: lazily(() => import('./OwnCertificates').then(({ OwnCertificates }) => ({ default: OwnCertificates }))),
  OfAccount: lazily(() => import('./BoundList').then(({ BoundList }) => ({ default: BoundList }))),
  home: [
    {
      key: 'authorities',
      place: 30,
      isFor: ({ permissions }) => permissions.includes('identity.secure'),
      Body: lazily(() => import('./ListsCard')),
    },
  ],
  help: () => import('./help'),
};
