import { problemsInEnglish } from '../problems/en.ts';
import { problemsInKorean } from '../problems/ko.ts';
import { problemText, type Problem } from '../problems/problem.ts';

/** What a browser without the cookie gets: why, and what to do. In both languages, because the user's is unknown. */
export const refusalPage = (problem: Problem): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The board</title>
<h1>The board</h1>
<p>${problemText(problemsInEnglish, problem)}</p>
<p><a href="/">Open the board</a>, if it has been opened in this browser since it was started.</p>
<p>Its address stands where the board was started: <code>npm start</code> and <code>npm run board</code> print it, and so does
<code>npm run shop -- status</code>.</p>
<p lang="ko">${problemText(problemsInKorean, problem)}</p>
<p lang="ko"><a href="/">보드 열기</a>(시작된 뒤 이 브라우저에서 한 번 연 적이 있으면 된다). 아니면 보드를 시작한 터미널에 출력된 주소로 열어 보자. <code>npm start</code>, <code>npm run board</code>,
<code>npm run shop -- status</code>가 주소를 출력한다.</p>
</html>
`;
