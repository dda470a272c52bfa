import { Form, type FormInstance } from 'antd';
import { useEffect, useRef } from 'react';
import { client, take } from '../../api/client';

/** Fills in where a photo says that it was taken, unless a place was chosen already. */
export function usePlaceOfPhotos<Values extends { place: [number, number]; files?: string[] }>(
  form: FormInstance<Values>,
): void {
  const keys = Form.useWatch('files' as never, form) as string[] | undefined;
  const asked = useRef(new Set<string>());
  useEffect(() => {
    for (const key of keys ?? []) {
      if (key === '' || asked.current.has(key)) continue;
      asked.current.add(key);
      void take(client.GET('/api/files/{key}', { params: { path: { key } } }))
        .then(({ lon, lat }) => {
          if (lon == null || lat == null || form.getFieldValue('place' as never)) return;
          form.setFieldValue('place' as never, [lon, lat] as never);
        })
        .catch(() => undefined);
    }
  }, [form, keys]);
}
