export default function Director() { return null; }
