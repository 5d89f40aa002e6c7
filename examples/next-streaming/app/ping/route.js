// Another request, which is answered at once.
export const dynamic = 'force-dynamic';

export const GET = () => new Response('pong\n');
