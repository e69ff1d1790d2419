import { Module, type DynamicModule } from '@nestjs/common';
import { BoardController, boardParts } from './board-controller.ts';
import { Visitors, type BoardParts } from './state.ts';

@Module({})
export class BoardModule {
  static for(parts: BoardParts, visitors: Visitors): DynamicModule {
    return {
      module: BoardModule,
      controllers: [BoardController],
      providers: [
        { provide: boardParts, useValue: parts },
        { provide: Visitors, useValue: visitors },
      ],
    };
  }
}
